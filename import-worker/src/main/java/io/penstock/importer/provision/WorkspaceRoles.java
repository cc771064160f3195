package io.penstock.importer.provision;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobTask.WorkspaceChange;
import io.penstock.model.job.RoleCredential;
import io.penstock.model.job.WorkspaceNames;
import io.penstock.model.job.WorkspaceSecret;
import io.penstock.warehouse.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

/**
 * Schema and roles of one workspace, made and changed by the provisioner in the project's own
 * database. Roles are the whole server's, but making them is transactional like everything else:
 * each change is one transaction with the ledger's row, so that a message that comes twice or late
 * changes nothing.
 *
 * <p>The schema is the project's writer's. A workspace's role may use it and create in it, and no
 * more: an owner could open it to other workspaces, rename it or drop it. The writer is a member of
 * the role, so that it can hand loaded tables over.
 */
final class WorkspaceRoles {
  private static final int USER_CONNECTIONS = 20;
  private static final int WORKER_CONNECTIONS = 8;
  private static final String FORGOTTEN_TRANSACTIONS = "1h";

  private final RunningJob job;
  private final Connection connection;
  private final String database;
  private final String writer;
  private final WorkspaceNames names;
  private final WorkspaceSecret secret;

  WorkspaceRoles(RunningJob job, WorkspaceChange task, WorkspaceSecret secret) {
    this.job = job;
    this.connection = job.connection();
    this.database = Identifiers.quote(job.message().database());
    this.writer = Identifiers.quote("p" + job.message().projectId() + "_writer");
    this.names = new WorkspaceNames(job.message().projectId(), task.workspaceId());
    this.secret = secret;
  }

  /**
   * Carries the change out and ends the job.
   *
   * @throws PlatformException {@code WORKSPACE_NOT_FOUND}; the transaction is open
   */
  JobOutcome change(WorkspaceChange task) throws SQLException {
    switch (task) {
      case WorkspaceChange.Create create -> create(create);
      case WorkspaceChange.SetPassword _ -> {
        requireWorkspace();
        setPassword(names.role());
      }
      case WorkspaceChange.AddLogin add -> addLogin(add);
      case WorkspaceChange.DropLogin drop ->
          new RoleRemoval(connection).removeLogin(names.loginRole(drop.loginId()), names.role());
      case WorkspaceChange.Drop _ -> new RoleRemoval(connection).removeWorkspace(names);
    }
    return job.settle(job.done(List.of()));
  }

  private void create(WorkspaceChange.Create task) throws SQLException {
    String role = Identifiers.quote(names.role());
    String schema = Identifiers.quote(names.schema());
    Sql.run(connection, "SET LOCAL createrole_self_grant = 'set, inherit'");
    if (task.login()) {
      loginRole(names.role(), USER_CONNECTIONS, password());
    } else {
      Sql.run(connection, "CREATE ROLE " + role);
    }
    Sql.run(
        connection,
        "CREATE SCHEMA %s AUTHORIZATION %s".formatted(schema, writer),
        "GRANT USAGE, CREATE ON SCHEMA %s TO %s".formatted(schema, role),
        "GRANT %s TO %s WITH INHERIT TRUE, SET TRUE".formatted(role, writer));
    sessionsOf(names.role(), task.statementTimeoutSeconds());
    RoleCredential worker = Objects.requireNonNull(secret.worker(), "a workspace has a worker");
    loginRole(names.workerRole(), WORKER_CONNECTIONS, worker.password());
    ProjectBounds.reserve(connection, names.workerRole());
    Sql.run(
        connection,
        "GRANT %s TO %s WITH INHERIT TRUE, SET FALSE"
            .formatted(role, Identifiers.quote(names.workerRole())));
  }

  /** Its sessions act as the workspace's own role: what they make belongs to that one. */
  private void addLogin(WorkspaceChange.AddLogin task) throws SQLException {
    requireWorkspace();
    String login = names.loginRole(task.loginId());
    Sql.run(connection, "SET LOCAL createrole_self_grant = 'set, inherit'");
    loginRole(login, USER_CONNECTIONS, password());
    Sql.run(
        connection,
        "GRANT %s TO %s WITH INHERIT TRUE, SET TRUE"
            .formatted(Identifiers.quote(names.role()), Identifiers.quote(login)),
        "ALTER ROLE %s IN DATABASE %s SET role = %s"
            .formatted(Identifiers.quote(login), database, Identifiers.quote(names.role())));
    sessionsOf(login, task.statementTimeoutSeconds());
  }

  private void loginRole(String role, int connections, String password) throws SQLException {
    Sql.ensureLogin(connection, new RoleCredential(role, password), connections);
    Sql.run(
        connection,
        "GRANT CONNECT ON DATABASE %s TO %s".formatted(database, Identifiers.quote(role)));
  }

  /** What a session begins with; its user may change all of it. */
  private void sessionsOf(String role, int statementTimeoutSeconds) throws SQLException {
    String settings =
        "ALTER ROLE %s IN DATABASE %s SET ".formatted(Identifiers.quote(role), database);
    Sql.run(
        connection,
        settings + "search_path = " + Identifiers.quote(names.schema()),
        settings + "idle_in_transaction_session_timeout = '%s'".formatted(FORGOTTEN_TRANSACTIONS));
    if (statementTimeoutSeconds > 0) {
      Sql.run(
          connection, settings + "statement_timeout = '%ds'".formatted(statementTimeoutSeconds));
    }
  }

  /**
   * Unless a later job has set one: jobs take no turns here, and a message may come again long
   * after its caller has made a newer password. The role's comment tells of the last one, to
   * nobody's harm, and goes with the role.
   */
  private void setPassword(String role) throws SQLException {
    if (PasswordJob.of(connection, role) < job.id()) {
      Sql.setPassword(connection, new RoleCredential(role, password()));
      PasswordJob.set(connection, role, job.id());
    }
  }

  private void requireWorkspace() throws SQLException {
    if (!Sql.roleExists(connection, names.role())) {
      throw new PlatformException(
          ErrorCode.WORKSPACE_NOT_FOUND,
          "The workspace %d does not exist.".formatted(names.workspaceId()));
    }
  }

  private String password() {
    return Objects.requireNonNull(secret.password(), "the job sets a password");
  }
}
