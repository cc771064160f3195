package io.penstock.storage.people;

import io.penstock.storage.people.Projects.Project;
import io.penstock.storage.token.OwnerJson;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Timestamps;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/** The Manage API's project object. */
@Component
class ProjectJson {
  private final Projects projects;
  private final OwnerJson owners;

  ProjectJson(Projects projects, OwnerJson owners) {
    this.projects = projects;
    this.owners = owners;
  }

  /** As lists show it. */
  static Map<String, Object> brief(Project project) {
    return fields(project).map();
  }

  /** With everything that token objects say of their owner: the same words and numbers. */
  Map<String, Object> detail(long id) {
    Project project = projects.require(id);
    return fields(project)
        .putAll(owners.full(id))
        .putIf(
            project.state().equals("DISABLED"),
            "disabled",
            new JsonFields()
                .put("reason", project.disableReason())
                .put("estimatedEndTime", project.disableEstimatedEnd())
                .map())
        .map();
  }

  private static JsonFields fields(Project project) {
    return new JsonFields()
        .put("id", project.id())
        .put("name", project.name())
        .put("type", "production")
        .put("region", project.region())
        .put("state", project.state().toLowerCase(Locale.ROOT))
        .put("created", Timestamps.format(project.createdAt()))
        .put("expires", Timestamps.formatOrNull(project.expiresAt()))
        .put("defaultBackend", project.backendLabel())
        .put("isDisabled", project.state().equals("DISABLED"))
        .put("organization", Map.of("id", project.organisationId()));
  }
}
