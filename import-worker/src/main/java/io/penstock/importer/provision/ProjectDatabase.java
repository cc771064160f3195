package io.penstock.importer.provision;

import io.penstock.importer.warehouse.Warehouse;
import io.penstock.model.job.ProjectRoles;
import io.penstock.model.job.ProjectTemplate;
import io.penstock.model.job.RoleCredential;
import io.penstock.warehouse.Identifiers;
import io.penstock.warehouse.RetiredGenerations;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The steps that make one project's database. Each leaves what is already right as it is, so that
 * an interrupted job may start over; nobody can connect before PUBLIC is shut out. Names were
 * checked before: they go into the text as identifiers. Passwords reach the server as SCRAM
 * verifiers only.
 */
final class ProjectDatabase {
  private static final String TEMPLATE =
      "SELECT 1 FROM pg_database WHERE datname = ? AND datistemplate";
  private static final String[] WRITER_TABLES = {
    """
    CREATE TABLE IF NOT EXISTS _penstock.catalogue (
      table_id bigint PRIMARY KEY,
      generation bigint NOT NULL,
      columns jsonb NOT NULL,
      primary_key jsonb NOT NULL,
      row_count bigint NOT NULL,
      size_bytes bigint NOT NULL,
      last_import timestamptz,
      last_change timestamptz NOT NULL,
      sequence bigint NOT NULL,
      next_column integer NOT NULL)\
    """,
    """
    CREATE TABLE IF NOT EXISTS _penstock.job_ledger (
      job_id bigint PRIMARY KEY,
      recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      outcome jsonb NOT NULL)\
    """,
    RetiredGenerations.CREATE,
    RetiredGenerations.CREATE_INDEX
  };

  private final Warehouse warehouse;
  private final String database;
  private final ProjectRoles roles;
  private final RoleLimits limits;

  /** What a project's roles may hold at the same time. */
  record RoleLimits(int writerConnections, int readerConnections, String readerStatementTimeout) {
    static final RoleLimits DEFAULTS = new RoleLimits(16, 32, "60s");
  }

  ProjectDatabase(Warehouse warehouse, String database, ProjectRoles roles, RoleLimits limits) {
    this.warehouse = warehouse;
    this.database = database;
    this.roles = roles;
    this.limits = limits;
  }

  /** Roles and database, by the provisioner in its own database, outside of a transaction. */
  void createBy(Connection provisioner) throws SQLException {
    Sql.run(provisioner, "SET createrole_self_grant = 'set, inherit'");
    Sql.ensureLogin(provisioner, roles.writer(), limits.writerConnections());
    Sql.ensureLogin(provisioner, roles.reader(), limits.readerConnections());
    String name = Identifiers.quote(database);
    if (!Sql.exists(provisioner, "SELECT 1 FROM pg_database WHERE datname = ?", database)) {
      boolean prepared = Sql.exists(provisioner, TEMPLATE, ProjectTemplate.NAME);
      Sql.run(
          provisioner,
          "CREATE DATABASE %s TEMPLATE %s %s ALLOW_CONNECTIONS false"
              .formatted(
                  name, prepared ? ProjectTemplate.NAME : "template0", ProjectTemplate.LOCALE));
    }
    String reader = Identifiers.quote(roles.reader().role());
    Sql.run(
        provisioner,
        "REVOKE CONNECT, TEMPORARY ON DATABASE %s FROM PUBLIC".formatted(name),
        "GRANT CONNECT ON DATABASE %s TO %s, %s"
            .formatted(name, Identifiers.quote(roles.writer().role()), reader),
        "ALTER ROLE %s IN DATABASE %s SET default_transaction_read_only = on"
            .formatted(reader, name),
        "ALTER ROLE %s IN DATABASE %s SET statement_timeout = '%s'"
            .formatted(reader, name, limits.readerStatementTimeout()),
        "ALTER DATABASE %s ALLOW_CONNECTIONS true".formatted(name));
  }

  /** The schema, by the provisioner in the new database; it belongs to the writer. */
  void prepareBy(RoleCredential provisioner) throws SQLException {
    try (Connection connection = warehouse.connect(database, provisioner, "penstock provisioner")) {
      String writer = Identifiers.quote(roles.writer().role());
      Sql.run(
          connection,
          "REVOKE ALL ON SCHEMA public FROM PUBLIC",
          "CREATE SCHEMA IF NOT EXISTS _penstock AUTHORIZATION " + writer);
      ProjectBounds.giveLocks(connection, roles);
    }
  }

  /**
   * Catalogue and ledger, by the writer itself: whatever it makes from now on, the reader may read.
   */
  void fillBy(Connection writer) throws SQLException {
    String reader = Identifiers.quote(roles.reader().role());
    Sql.run(
        writer,
        "GRANT USAGE ON SCHEMA _penstock TO " + reader,
        "ALTER DEFAULT PRIVILEGES IN SCHEMA _penstock GRANT SELECT ON TABLES TO " + reader);
    Sql.run(writer, WRITER_TABLES);
    Sql.run(writer, "GRANT SELECT ON ALL TABLES IN SCHEMA _penstock TO " + reader);
  }
}
