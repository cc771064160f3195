package io.penstock.storage.people;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.ManageTokens;
import io.penstock.storage.people.Organisations.Organisation;
import io.penstock.storage.people.Projects.Project;
import io.penstock.storage.token.Tokens;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Allow.Right;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Params;
import io.penstock.storage.web.Timestamps;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The beginning of the Manage API: what {@code penstock admin} needs. There is one maintainer,
 * number 1.
 */
@RestController
@RequestMapping("/manage")
class ManageController {
  private final Organisations organisations;
  private final Projects projects;
  private final Persons persons;
  private final Tokens tokens;
  private final ManageTokens manageTokens;
  private final Changes changes;

  ManageController(
      Organisations organisations,
      Projects projects,
      Persons persons,
      Tokens tokens,
      ManageTokens manageTokens,
      Changes changes) {
    this.organisations = organisations;
    this.projects = projects;
    this.persons = persons;
    this.tokens = tokens;
    this.manageTokens = manageTokens;
    this.changes = changes;
  }

  @GetMapping("/tokens/verify")
  @Allow(Right.ADMINISTRATOR)
  Map<String, Object> verify(@RequestHeader("X-KBC-ManageApiToken") String text) {
    ManageTokens.Administrator person = manageTokens.resolve(text);
    Map<String, Object> user = new LinkedHashMap<>();
    user.put("id", person.personId());
    user.put("name", person.name());
    user.put("email", person.email());
    user.put("mfaEnabled", false);
    user.put("features", List.of());
    user.put("canAccessLogs", person.superAdmin());
    user.put("isSuperAdmin", person.superAdmin());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", person.tokenId());
    json.put("description", person.tokenDescription());
    json.put("created", Timestamps.format(person.tokenCreated()));
    json.put("lastUsed", null);
    json.put("expires", null);
    json.put("isSessionToken", false);
    json.put("isExpired", false);
    json.put("isDisabled", false);
    json.put("scopes", List.of());
    json.put("type", "admin");
    json.put("creator", Map.of("id", person.personId(), "name", person.name()));
    json.put("user", user);
    return json;
  }

  @PostMapping("/maintainers/{maintainer}/organizations")
  @Allow(Right.SUPER_ADMIN)
  @ResponseStatus(HttpStatus.CREATED)
  Map<String, Object> createOrganisation(@PathVariable long maintainer, Params params) {
    if (maintainer != 1) {
      throw new PlatformException(
          ErrorCode.ROUTE_NOT_FOUND, "resource not found: there is no such maintainer");
    }
    return json(organisations.create(params), List.of());
  }

  @GetMapping("/organizations")
  @Allow(Right.SUPER_ADMIN)
  List<Map<String, Object>> organisations() {
    return organisations.all().stream().map(found -> json(found, List.of())).toList();
  }

  @GetMapping("/organizations/{id}")
  @Allow(Right.SUPER_ADMIN)
  Map<String, Object> organisation(@PathVariable long id) {
    return json(organisations.require(id), projects.of(id));
  }

  @PostMapping("/organizations/{id}/projects")
  @Allow(Right.SUPER_ADMIN)
  @ResponseStatus(HttpStatus.CREATED)
  Map<String, Object> createProject(@PathVariable long id, Params params) {
    return ProjectJson.brief(projects.create(organisations.require(id), params));
  }

  @GetMapping("/organizations/{id}/projects")
  @Allow(Right.SUPER_ADMIN)
  List<Map<String, Object>> projects(@PathVariable long id) {
    return projects.of(organisations.require(id).id()).stream().map(ProjectJson::brief).toList();
  }

  @GetMapping("/projects/{id}/users")
  @Allow(Right.SUPER_ADMIN)
  List<Map<String, Object>> users(@PathVariable long id) {
    return persons.of(projects.require(id).id()).stream().map(ManageController::json).toList();
  }

  @PostMapping("/projects/{id}/users")
  @Allow(Right.SUPER_ADMIN)
  @ResponseStatus(HttpStatus.CREATED)
  Map<String, Object> addUser(@PathVariable long id, Params params) {
    Project project = projects.require(id);
    String email = Persons.email(params);
    String role = Persons.role(params);
    String name = params.text("name", email);
    return changes.commit(
        201,
        () -> {
          persons.join(project.id(), persons.findOrCreate(email, name, false), role);
          Call.current().about("user", email, name);
          return json(persons.require(project.id(), email));
        });
  }

  /** A master token of the member {@code email}: the way in for a project's first user. */
  @PostMapping("/projects/{id}/tokens")
  @Allow(Right.SUPER_ADMIN)
  @ResponseStatus(HttpStatus.CREATED)
  Map<String, Object> createToken(@PathVariable long id, Params params) {
    Project project = projects.require(id);
    Persons.Member member = persons.require(project.id(), Persons.email(params));
    if (!member.role().equals("admin")) {
      throw new PlatformException(
          ErrorCode.ACCESS_DENIED,
          "A master token is for members with the role admin; this one is " + member.role());
    }
    Tokens.IssuedToken issued =
        changes.commit(
            201,
            () -> {
              var made =
                  tokens.issueMaster(
                      project.id(), member.id(), params.text("description", member.email()));
              Call.current().about("token", Long.toString(made.id()), member.email());
              return made;
            });
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", Long.toString(issued.id()));
    json.put("token", issued.text().reveal());
    json.put("description", params.text("description", member.email()));
    json.put("isMasterToken", true);
    json.put("projectId", project.id());
    json.put("user", json(member));
    return json;
  }

  private static Map<String, Object> json(Organisation organisation, List<Project> projects) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", organisation.id());
    json.put("name", organisation.name());
    json.put("created", Timestamps.format(organisation.createdAt()));
    json.put("region", organisation.region());
    json.put("recordRetentionDays", organisation.recordRetentionDays());
    json.put("bucket", organisation.bucket());
    json.put("state", organisation.state().toLowerCase(java.util.Locale.ROOT));
    json.put("allowAutoJoin", true);
    json.put("crmId", null);
    json.put("activityCenterProjectId", null);
    json.put("mfaRequired", false);
    json.put("projects", projects.stream().map(ProjectJson::brief).toList());
    json.put("maintainer", Map.of("id", 1, "name", "Penstock"));
    return json;
  }

  private static Map<String, Object> json(Persons.Member member) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", member.id());
    json.put("name", member.name());
    json.put("email", member.email());
    json.put("role", member.role());
    json.put("created", Timestamps.format(member.joinedAt()));
    json.put("status", "active");
    return json;
  }
}
