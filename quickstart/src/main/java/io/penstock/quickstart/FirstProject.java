package io.penstock.quickstart;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Sets up what a newcomer needs, through the Manage API: an organisation, a project and its first
 * user with a master token; then writes {@code quickstart.env}. Each step's id is noted, so that an
 * interrupted first start goes on where it stopped.
 */
final class FirstProject {
  private static final String EMAIL = "demo@localhost";

  private final Home home;
  private final Ports ports;

  FirstProject(Home home, Ports ports) {
    this.home = home;
    this.ports = ports;
  }

  void prepare() throws IOException, InterruptedException {
    String manageToken =
        home.read(ServiceSettings.manageTokenFile(home))
            .orElseThrow(() -> new IllegalStateException("storage-api wrote no Manage API token"));
    ManageClient manage = new ManageClient(httpUrl(), manageToken);
    String token = token(manage);
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("STORAGE_API_URL", "https://127.0.0.1:" + ports.https());
    variables.put("STORAGE_API_HTTP_URL", httpUrl().toString());
    variables.put("STORAGE_API_TOKEN", token);
    variables.put("MANAGE_API_TOKEN", manageToken);
    variables.put("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:" + ports.s3());
    variables.put("AWS_REGION", "eu-central-1");
    variables.put("PENSTOCK_CA", home.file("tls").resolve("ca.pem").toString());
    StringBuilder text = new StringBuilder("# For scripts: set -a; . this-file; set +a\n");
    variables.forEach(
        (name, value) ->
            text.append(name).append("='").append(value.replace("'", "'\\''")).append("'\n"));
    home.write(home.environmentFile(), text.toString());
  }

  private URI httpUrl() {
    return URI.create("http://127.0.0.1:" + ports.http());
  }

  private String token(ManageClient manage) throws IOException, InterruptedException {
    Path file = home.folder("secrets").resolve("demo-token");
    Optional<String> known = home.read(file);
    if (known.isPresent()) {
      return known.get();
    }
    String organisation =
        noted(
            "demo-organization",
            () -> manage.post("maintainers/1/organizations", Map.of("name", "Demo")));
    String project =
        noted(
            "demo-project",
            () ->
                manage.post("organizations/" + organisation + "/projects", Map.of("name", "Demo")));
    awaitActive(manage, project);
    manage.post(
        "projects/" + project + "/users",
        Map.of("email", EMAIL, "name", "Demo user", "role", "admin"));
    String token =
        manage
            .post("projects/" + project + "/tokens", Map.of("email", EMAIL))
            .path("token")
            .asString();
    home.write(file, token);
    return token;
  }

  private static void awaitActive(ManageClient manage, String project)
      throws IOException, InterruptedException {
    for (int i = 0; i < 600; i++) {
      if (manage.get("projects/" + project).path("state").asString().equals("active")) {
        return;
      }
      Thread.sleep(100); // the provisioner works in the background
    }
    throw new IllegalStateException("The demo project's database was not ready within a minute");
  }

  private interface Step {
    JsonNode make() throws IOException, InterruptedException;
  }

  private String noted(String name, Step step) throws IOException, InterruptedException {
    Path file = home.folder("run").resolve(name);
    Optional<String> known = home.read(file);
    if (known.isPresent()) {
      return known.get();
    }
    String id = step.make().path("id").asString();
    home.write(file, id);
    return id;
  }
}
