package io.penstock.quickstart;

import io.penstock.model.Json;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Administers the installation from its host, as any other client of the Manage API. */
@Command(
    name = "admin",
    mixinStandardHelpOptions = true,
    description = "Creates and lists organisations, projects, users and tokens; prints JSON.")
final class AdminCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what to do, for example: admin create-project");
  }

  @Command(
      name = "create-organization",
      mixinStandardHelpOptions = true,
      description = "Creates a customer with a bucket and a key of its own.")
  int createOrganization(
      @Option(names = "--name", required = true, description = "Its name.") String name,
      @Option(
              names = "--region",
              description = "Where its data stay; default: this installation's region.")
          @Nullable String region)
      throws IOException, InterruptedException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    if (region != null) {
      body.put("region", region);
    }
    return print(client().post("maintainers/1/organizations", body));
  }

  @Command(
      name = "create-project",
      mixinStandardHelpOptions = true,
      description = "Creates a project with a key and a database of its own.")
  int createProject(
      @Option(names = "--organization", required = true, description = "The organisation's id.")
          long organization,
      @Option(names = "--name", required = true, description = "Its name.") String name,
      @Option(
              names = "--backend-label",
              description = "What clients are told the backend is; default: postgres.")
          @Nullable String label)
      throws IOException, InterruptedException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    if (label != null) {
      body.put("backendLabel", label);
    }
    return print(client().post("organizations/" + organization + "/projects", body));
  }

  @Command(
      name = "project",
      mixinStandardHelpOptions = true,
      description = "Shows a project and changes what is given.")
  int project(
      @Option(names = "--id", required = true, description = "The project's id.") long id,
      @Mixin ProjectOptions options)
      throws IOException, InterruptedException {
    return print(options.apply(client(), "projects/" + id));
  }

  @Command(
      name = "create-user",
      mixinStandardHelpOptions = true,
      description = "Puts a person into a project.")
  int createUser(
      @Option(names = "--project", required = true, description = "The project's id.") long project,
      @Option(names = "--email", required = true, description = "The person's address.")
          String email,
      @Option(names = "--name", description = "The person's name; default: the address.")
          @Nullable String name,
      @Option(names = "--role", description = "admin, guest, readOnly or share; default: admin.")
          @Nullable String role)
      throws IOException, InterruptedException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("email", email);
    body.put("name", name == null ? email : name);
    body.put("role", role == null ? "admin" : role);
    return print(client().post("projects/" + project + "/users", body));
  }

  @Command(
      name = "create-token",
      mixinStandardHelpOptions = true,
      description = "Makes a master token of a project's user; it is shown this once.")
  int createToken(
      @Option(names = "--project", required = true, description = "The project's id.") long project,
      @Option(names = "--email", required = true, description = "The user's address.") String email,
      @Option(names = "--description", description = "What it is for.")
          @Nullable String description)
      throws IOException, InterruptedException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("email", email);
    if (description != null) {
      body.put("description", description);
    }
    return print(client().post("projects/" + project + "/tokens", body));
  }

  @Command(
      name = "organizations",
      mixinStandardHelpOptions = true,
      description = "Lists the organisations.")
  int organizations() throws IOException, InterruptedException {
    return print(client().get("organizations"));
  }

  @Command(
      name = "projects",
      mixinStandardHelpOptions = true,
      description = "Lists an organisation's projects.")
  int projects(
      @Option(names = "--organization", required = true, description = "The organisation's id.")
          long organization)
      throws IOException, InterruptedException {
    return print(client().get("organizations/" + organization + "/projects"));
  }

  @Command(
      name = "users",
      mixinStandardHelpOptions = true,
      description = "Lists a project's users.")
  int users(
      @Option(names = "--project", required = true, description = "The project's id.") long project)
      throws IOException, InterruptedException {
    return print(client().get("projects/" + project + "/users"));
  }

  private static ManageClient client() throws IOException {
    Map<String, String> variables = QuickstartEnvironment.read(Penstock.home());
    return new ManageClient(
        URI.create(variables.getOrDefault("STORAGE_API_HTTP_URL", "")),
        variables.getOrDefault("MANAGE_API_TOKEN", ""));
  }

  private int print(JsonNode answer) {
    spec.commandLine()
        .getOut()
        .println(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(answer));
    return 0;
  }
}
