package io.penstock.importer.workspace;

import static io.penstock.importer.workspace.Sessions.refused;
import static io.penstock.importer.workspace.Sessions.rows;
import static io.penstock.importer.workspace.Sessions.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.importer.fixture.ProjectFixture;
import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask.WorkspaceChange;
import io.penstock.model.job.WorkspaceNames;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workspaces' schemas and roles, with real log-ins. */
class WorkspaceIT {
  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static WarehouseFixture warehouse;

  @SuppressWarnings("NullAway.Init")
  private static ProjectFixture project;

  @BeforeAll
  static void start() {
    warehouse = WarehouseFixture.startWithFewLocks(directory);
    project = warehouse.newProject();
  }

  @AfterAll
  static void stop() {
    warehouse.close();
  }

  @Test
  void userWorksInTheOwnSchemaOnly() throws SQLException {
    long table = project.newTable("id\n1\n");
    WorkspaceNames mine = project.newWorkspace();
    WorkspaceNames other = project.newWorkspace();
    try (Connection neighbour = project.asUser(other)) {
      run(neighbour, "CREATE TABLE theirs (id int)", "GRANT ALL ON theirs TO PUBLIC");
    }

    try (Connection user = project.asUser(mine)) {
      run(
          user,
          "CREATE TABLE t AS SELECT 1 AS id",
          "CREATE VIEW v AS SELECT id + 1 AS id FROM t",
          "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 7; END'");
      // PostgreSQL only warns that nothing was granted.
      run(
          user,
          "GRANT ALL ON SCHEMA %s TO PUBLIC".formatted(mine.schema()),
          "GRANT ALL ON t TO PUBLIC");
      try (Connection neighbour = project.asUser(other)) {
        refused(neighbour, "SELECT * FROM %s.t".formatted(mine.schema()));
      }
      assertThat(rows(user, "SELECT v.id, f(), current_schema() FROM v"))
          .containsExactly("2|7|" + mine.schema());
      refused(user, "SELECT * FROM _penstock.catalogue");
      refused(user, "SELECT * FROM " + project.catalogue(table).table());
      refused(user, "INSERT INTO _penstock.job_ledger VALUES (1, now(), '{}')");
      refused(user, "SELECT * FROM %s.theirs".formatted(other.schema()));
      refused(user, "DROP SCHEMA " + mine.schema());
      refused(user, "ALTER SCHEMA %s RENAME TO x".formatted(mine.schema()));
      refused(user, "CREATE SCHEMA more");
      refused(user, "CREATE TABLE public.t (id int)");
      refused(user, "CREATE TEMPORARY TABLE t2 (id int)");
      refused(user, "CREATE EXTENSION pg_trgm");
      refused(user, "CREATE ROLE another");
      refused(user, "CREATE DATABASE another");
      refused(user, "CREATE PUBLICATION p");
      refused(user, "SET ROLE " + project.roles().writer().role());
      refused(user, "SET ROLE " + other.role());
      refused(user, "SET ROLE " + mine.workerRole());
      refused(user, "COPY t TO PROGRAM 'cat'");
      refused(user, "SELECT pg_read_file('PG_VERSION')");
      refused(user, "CREATE FUNCTION g() RETURNS int LANGUAGE internal AS 'int4in'");
    }
    ProjectFixture stranger = warehouse.newProject();
    for (String database : List.of("postgres", "template1", stranger.database())) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(
              () ->
                  warehouse
                      .server()
                      .connect(
                          database,
                          new io.penstock.model.job.RoleCredential(
                              mine.role(), "secret " + mine.workspaceId()))
                      .close())
          .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }
  }

  @Test
  void statementTimeoutIsTheSessionsOwn() throws SQLException {
    long id = WarehouseFixture.nextId();
    project.provision(
        project.message(WarehouseFixture.nextId(), new WorkspaceChange.Create(id, true, 90), "x"));

    try (Connection user =
        project.asUser(new WorkspaceNames(Long.parseLong(project.database()), id), "x")) {
      assertThat(rows(user, "SHOW statement_timeout")).containsExactly("90s");
    }
  }

  @Test
  void creationThatComesLateSetsNoOldPassword() throws SQLException {
    long id = WarehouseFixture.nextId();
    WorkspaceNames names = new WorkspaceNames(Long.parseLong(project.database()), id);
    JobMessage creation =
        project.message(
            WarehouseFixture.nextId(), new WorkspaceChange.Create(id, true, 0), "first");
    JobOutcome made = project.provision(creation);
    project.provision(
        project.message(WarehouseFixture.nextId(), new WorkspaceChange.SetPassword(id), "second"));

    JobOutcome again = project.provision(creation);

    assertThat(again).isEqualTo(made);
    project.asUser(names, "second").close();
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> project.asUser(names, "first").close())
        .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
  }

  @Test
  void passwordThatComesLateDoesNotReplaceANewerOne() throws SQLException {
    WorkspaceNames names = project.newWorkspace();
    WorkspaceChange reset = new WorkspaceChange.SetPassword(names.workspaceId());
    JobMessage late = project.message(WarehouseFixture.nextId(), reset, "older");
    project.provision(project.message(WarehouseFixture.nextId(), reset, "newer"));

    assertThat(project.provision(late).status()).isEqualTo(Status.SUCCESS);

    project.asUser(names, "newer").close();
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> project.asUser(names, "older").close())
        .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    project.provision(project.message(WarehouseFixture.nextId(), reset, "newest"));
    try (Connection user = project.asUser(names, "newest")) {
      refused(user, "COMMENT ON ROLE %s IS 'password of job 9'".formatted(names.role()));
    }
  }

  @Test
  void userHoldsNoRemovalUp() throws SQLException {
    WorkspaceNames mine = project.newWorkspace();
    WorkspaceNames other = project.newWorkspace();
    JobMessage drop =
        project.message(
            WarehouseFixture.nextId(), new WorkspaceChange.Drop(mine.workspaceId()), "");

    try (Connection holder = project.asWriter()) {
      run(holder, "SELECT pg_try_advisory_lock(%d)".formatted(drop.jobId()));
      assertThat(project.provision(drop).status()).isEqualTo(Status.SUCCESS);
    }

    project.asUser(other).close();
    assertThatExceptionOfType(SQLException.class).isThrownBy(() -> project.asUser(mine).close());
  }

  @Test
  void userTakesNoAdvisoryLockAndFewConnections() throws SQLException {
    WorkspaceNames names = project.newWorkspace();
    project.newTable("id\n1\n");

    try (Connection user = project.asUser(names)) {
      assertThat(
              rows(
                  user,
                  "SELECT DISTINCT proname FROM pg_proc WHERE proname LIKE '%advisory%'"
                      + " AND proname NOT LIKE '%unlock%' AND has_function_privilege(oid,"
                      + " 'EXECUTE')"))
          .isEmpty();
      refused(user, "SELECT pg_advisory_lock(i) FROM generate_series(1, 1000000) AS i");
      assertThat(
              rows(user, "SELECT datconnlimit FROM pg_database WHERE datname = current_database()"))
          .containsExactly("64");
      assertThat(
              rows(
                  user,
                  "SELECT pg_has_role(rolname, 'pg_use_reserved_connections', 'USAGE') FROM"
                      + " pg_roles WHERE rolname IN ('%s', '%s') ORDER BY rolname"
                          .formatted(project.roles().writer().role(), names.role())))
          .containsExactly("t", "f");
    }
  }

  @Test
  void workspaceIsRemovedWhileItsSessionsAreAllThatTheProjectMayHave() throws SQLException {
    ProjectFixture full = warehouse.newProject();
    WorkspaceNames names = full.newWorkspace();
    warehouse
        .server()
        .runSuperuser("ALTER DATABASE \"%s\" CONNECTION LIMIT 1".formatted(full.database()));

    try (Connection user = full.asUser(names)) {
      JobMessage drop =
          full.message(
              WarehouseFixture.nextId(), new WorkspaceChange.Drop(names.workspaceId()), "");
      assertThat(full.provision(drop).status()).isEqualTo(Status.SUCCESS);
      assertThatExceptionOfType(SQLException.class).isThrownBy(() -> run(user, "SELECT 1"));
    }
  }

  @Test
  void workspaceOfMoreThanATransactionCanLockIsRemoved() throws SQLException {
    WorkspaceNames names = project.newWorkspace();
    long id = names.workspaceId();
    project.provision(
        project.message(WarehouseFixture.nextId(), new WorkspaceChange.AddLogin(id, 7, 0), "7"));
    String types =
        "DO $$ BEGIN FOR i IN %d..%d LOOP EXECUTE format('CREATE TYPE %s.e%%s AS ENUM ()', i); END"
            + " LOOP; END $$";
    try (Connection user = project.asUser(names);
        Connection login = project.asRole(names.loginRole(7), "7")) {
      for (int from = 1; from < 3000; from += 500) {
        run(user, types.formatted(from, from + 499, names.schema()));
      }
      run(
          user,
          "SELECT count(lo_create(0)) FROM generate_series(1, 4000)",
          "CREATE TABLE parts (id int) PARTITION BY LIST (id)",
          "DO $$ BEGIN FOR i IN 1..550 LOOP EXECUTE format('CREATE TABLE part%s PARTITION OF parts"
              + " FOR VALUES IN (%s)', i, i); END LOOP; END $$",
          "CREATE TYPE span AS RANGE (subtype = int)",
          "CREATE FUNCTION next(int) RETURNS int LANGUAGE sql AS 'SELECT $1 + 1'",
          "CREATE AGGREGATE total(*) (SFUNC = next, STYPE = int)",
          "CREATE TABLE own (id int PRIMARY KEY, other int REFERENCES own, at span)",
          "ALTER TABLE own ADD COLUMN n int GENERATED ALWAYS AS IDENTITY");
      run(login, "SET ROLE " + names.loginRole(7), types.formatted(8001, 8550, names.schema()));
    }

    project.provision(
        project.message(WarehouseFixture.nextId(), new WorkspaceChange.DropLogin(id, 7), ""));
    try (Connection user = project.asUser(names)) {
      run(user, "DROP TYPE e8001");
    }
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(
            () -> {
              try (Connection writer = project.asWriter()) {
                run(writer, "DROP SCHEMA %s CASCADE".formatted(names.schema()));
              }
            })
        .satisfies(e -> assertThat(e.getSQLState()).as("too much at once").isEqualTo("53200"));
    JobOutcome dropped =
        project.provision(
            project.message(WarehouseFixture.nextId(), new WorkspaceChange.Drop(id), ""));

    assertThat(dropped.status()).isEqualTo(Status.SUCCESS);
    try (Connection writer = project.asWriter()) {
      assertThat(
              rows(
                  writer,
                  "SELECT nspname FROM pg_namespace WHERE nspname = '%s'"
                      .formatted(names.schema())))
          .isEmpty();
    }
  }

  @Test
  void workspaceWithoutLogInHasNone() {
    long id = WarehouseFixture.nextId();
    WorkspaceNames names = new WorkspaceNames(Long.parseLong(project.database()), id);
    project.provision(
        project.message(WarehouseFixture.nextId(), new WorkspaceChange.Create(id, false, 0), "x"));

    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> project.asUser(names, "x").close());
  }

  @Test
  void furtherLogInsActAsTheWorkspace() throws SQLException {
    WorkspaceNames workspace = project.newWorkspace();
    project.provision(
        project.message(
            WarehouseFixture.nextId(),
            new WorkspaceChange.AddLogin(workspace.workspaceId(), 5, 0),
            "five"));
    try (Connection five = project.asRole(workspace.loginRole(5), "five")) {
      run(five, "CREATE TABLE shared AS SELECT 5 AS id", "RESET ROLE");
    }
    try (Connection five = project.asRole(workspace.loginRole(5), "five")) {
      run(
          five,
          "SET ROLE " + workspace.loginRole(5),
          "CREATE TABLE %s.own AS SELECT 6 AS id".formatted(workspace.schema()));
      project.provision(
          project.message(
              WarehouseFixture.nextId(),
              new WorkspaceChange.DropLogin(workspace.workspaceId(), 5),
              ""));
      assertThatExceptionOfType(SQLException.class).isThrownBy(() -> run(five, "SELECT 1"));
    }

    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> project.asRole(workspace.loginRole(5), "five").close());
    try (Connection user = project.asUser(workspace)) {
      run(user, "DROP TABLE shared");
      assertThat(rows(user, "SELECT id FROM own")).containsExactly("6");
    }
  }

  @Test
  void dropRemovesEverythingUnderOpenSessions() throws SQLException {
    WorkspaceNames workspace = project.newWorkspace();
    WorkspaceNames other = project.newWorkspace();
    long id = workspace.workspaceId();
    project.provision(
        project.message(WarehouseFixture.nextId(), new WorkspaceChange.AddLogin(id, 6, 0), "six"));
    JobMessage drop = project.message(WarehouseFixture.nextId(), new WorkspaceChange.Drop(id), "");

    try (Connection user = project.asUser(workspace);
        Connection six = project.asRole(workspace.loginRole(6), "six")) {
      user.setAutoCommit(false);
      run(user, "CREATE TABLE t (id int)", "SELECT lo_create(0)");
      user.commit();
      run(user, "LOCK TABLE t");
      run(six, "CREATE TYPE colour AS ENUM ('red')");
      assertThat(project.provision(drop).status()).isEqualTo(Status.SUCCESS);
      assertThatExceptionOfType(SQLException.class).isThrownBy(() -> run(user, "SELECT 1"));
    }
    assertThat(project.provision(drop).status()).isEqualTo(Status.SUCCESS);
    JobOutcome twice =
        project.provision(
            project.message(WarehouseFixture.nextId(), new WorkspaceChange.Drop(id), ""));
    assertThat(twice.status()).isEqualTo(Status.SUCCESS);
    JobOutcome reset =
        project.provision(
            project.message(WarehouseFixture.nextId(), new WorkspaceChange.SetPassword(id), "x"));
    assertThat(reset.error()).isNotNull();

    try (Connection writer = project.asWriter()) {
      assertThat(
              rows(
                  writer,
                  "SELECT rolname FROM pg_roles WHERE rolname LIKE '%s%%'"
                      .formatted(workspace.role())))
          .isEmpty();
      assertThat(
              rows(
                  writer,
                  "SELECT nspname FROM pg_namespace WHERE nspname = '%s'"
                      .formatted(workspace.schema())))
          .isEmpty();
    }
    project.asUser(other).close();
  }

  @Test
  void noPasswordReachesTheLog() throws Exception {
    project.newWorkspace();

    assertThat(java.nio.file.Files.readString(directory.resolve("postgres/server.log")))
        .doesNotContain("SCRAM-SHA-256$", "worker's secret");
  }
}
