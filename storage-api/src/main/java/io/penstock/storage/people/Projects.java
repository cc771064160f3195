package io.penstock.storage.people;

import io.penstock.aws.Keyring;
import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.RoleCredential;
import io.penstock.storage.job.JobEnding;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Params;
import io.penstock.storage.web.Revocations;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * Projects: each has a data key, and a database with two roles whose passwords exist only sealed
 * under that key. A project is usable once the provisioner has made its database.
 */
@Service
class Projects implements JobEnding {
  static final String DEFAULT_LABEL = "postgres";
  private static final String OPERATION = "projectProvision";
  private static final Duration PATIENCE = Duration.ofSeconds(25);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final JdbcClient jdbc;
  private final Keyring keyring;
  private final Jobs jobs;
  private final Changes changes;
  private final Revocations revocations;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  Projects(
      JdbcClient jdbc,
      Keyring keyring,
      Jobs jobs,
      Changes changes,
      Revocations revocations,
      Clock clock) {
    this.jdbc = jdbc;
    this.keyring = keyring;
    this.jobs = jobs;
    this.changes = changes;
    this.revocations = revocations;
    this.clock = clock;
  }

  /** A project as the Manage API shows it. */
  record Project(
      long id,
      long organisationId,
      String name,
      String state,
      Instant createdAt,
      @Nullable Instant expiresAt,
      String backendLabel,
      String region,
      @Nullable String disableReason,
      @Nullable String disableEstimatedEnd) {}

  /**
   * Makes the project and waits for its database; a project that takes longer is returned as
   * provisioning.
   */
  Project create(Organisations.Organisation organisation, Params params) {
    String name = Organisations.name(params);
    String label = ProjectSettings.label(params);
    long id =
        jdbc.sql("SELECT nextval(pg_get_serial_sequence('project', 'id'))")
            .query(Long.class)
            .single();
    String key = keyring.createProjectKey(organisation.id(), id);
    byte[] writer = sealed(id, "writer");
    byte[] reader = sealed(id, "reader");
    changes.commit(
        201,
        () -> {
          insert(id, organisation.id(), name, label, key, writer, reader);
          jobs.acceptHidden(
              id,
              new NewJob(
                  OPERATION,
                  Map.of(),
                  new JobTask.ProvisionProject(),
                  null,
                  null,
                  null,
                  null,
                  NewJob.Lock.NONE));
          Call.current().concerns(organisation.id(), id);
          Call.current().about("project", Long.toString(id), name);
          return id;
        });
    return awaitDatabase(id);
  }

  private byte[] sealed(long projectId, String role) {
    byte[] password = new byte[24];
    random.nextBytes(password);
    RoleCredential credential =
        new RoleCredential(
            "p%d_%s".formatted(projectId, role),
            Base64.getUrlEncoder().withoutPadding().encodeToString(password));
    return keyring.seal(
        projectId,
        Json.write(credential).getBytes(StandardCharsets.UTF_8),
        "project:%d:%s".formatted(projectId, role).getBytes(StandardCharsets.UTF_8));
  }

  private void insert(
      long id,
      long organisationId,
      String name,
      String label,
      String key,
      byte[] writer,
      byte[] reader) {
    Timestamp now = Timestamp.from(clock.instant());
    jdbc.sql(
            """
            INSERT INTO project (id, organisation_id, name, state, created_at, backend_label, branch_id, sealed_writer, sealed_reader)
            VALUES (:id, :organisation, :name, 'PROVISIONING', :now, :label, nextval('ticket'), :writer, :reader)
            """)
        .param("id", id)
        .param("organisation", organisationId)
        .param("name", name)
        .param("now", now)
        .param("label", label)
        .param("writer", writer)
        .param("reader", reader)
        .update();
    jdbc.sql(
            "INSERT INTO project_key (project_id, version, key_id, created_at) VALUES (:id, 1,"
                + " :key, :now)")
        .param("id", id)
        .param("key", key)
        .param("now", now)
        .update();
  }

  private Project awaitDatabase(long id) {
    long begun = System.nanoTime(); // a wall clock that is set back would keep us waiting
    Project project = find(id);
    while (project.state().equals("PROVISIONING")
        && System.nanoTime() - begun < PATIENCE.toNanos()) {
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return project;
      }
      project = find(id);
    }
    return project;
  }

  @Override
  public boolean handles(String operation) {
    return operation.equals(OPERATION);
  }

  @Override
  public @Nullable Map<String, Object> end(EndedJob job, JobOutcome outcome) {
    if (outcome.status() == JobOutcome.Status.SUCCESS) {
      jdbc.sql("UPDATE project SET state = 'ACTIVE' WHERE id = :id AND state = 'PROVISIONING'")
          .param("id", job.origin().projectId())
          .update();
      revocations.move(job.origin().projectId());
    }
    return null;
  }

  /** The project, into whose trail a call at hand then belongs. */
  Project require(long id) {
    Project found = find(id);
    if (Call.isPresent()) {
      Call.current().concerns(found.organisationId(), id);
      Call.current().about("project", Long.toString(id), found.name());
    }
    return found;
  }

  private Project find(long id) {
    return jdbc.sql(
            """
            SELECT p.*, o.region FROM project p JOIN organisation o ON o.id = p.organisation_id
            WHERE p.id = :id AND p.state NOT IN ('DELETED', 'PURGED')
            """)
        .param("id", id)
        .query((rs, _) -> project(rs))
        .optional()
        .orElseThrow(
            () -> new PlatformException(ErrorCode.PROJECT_NOT_FOUND, "There is no project " + id));
  }

  List<Project> of(long organisationId) {
    return jdbc.sql(
            """
            SELECT p.*, o.region FROM project p JOIN organisation o ON o.id = p.organisation_id
            WHERE p.organisation_id = :id AND p.state NOT IN ('DELETED', 'PURGED') ORDER BY p.id
            """)
        .param("id", organisationId)
        .query((rs, _) -> project(rs))
        .list();
  }

  private static Project project(ResultSet rs) throws SQLException {
    Timestamp expires = rs.getTimestamp("expires_at");
    return new Project(
        rs.getLong("id"),
        rs.getLong("organisation_id"),
        rs.getString("name"),
        rs.getString("state"),
        rs.getTimestamp("created_at").toInstant(),
        expires == null ? null : expires.toInstant(),
        rs.getString("backend_label"),
        rs.getString("region"),
        rs.getString("disable_reason"),
        rs.getString("disable_estimated_end"));
  }
}
