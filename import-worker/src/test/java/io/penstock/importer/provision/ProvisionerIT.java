package io.penstock.importer.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.embedded.postgres.Databases;
import io.penstock.importer.fixture.ProjectFixture;
import io.penstock.importer.fixture.RecordedReports;
import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.importer.intake.Handling;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.ProjectRoles;
import io.penstock.model.job.RoleCredential;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvisionerIT {
  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final String READ_ONLY = "25006";

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static WarehouseFixture warehouse;

  @BeforeAll
  static void start() throws SQLException {
    warehouse = WarehouseFixture.start(directory);
    Databases.prepareMetadata(warehouse.server());
  }

  @AfterAll
  static void stop() {
    warehouse.close();
  }

  @Test
  void noRoleReachesAnyOtherDatabase() throws SQLException {
    ProjectFixture mine = warehouse.newProject();
    ProjectFixture other = warehouse.newProject();
    List<String> foreign = List.of("postgres", "template1", Databases.METADATA, other.database());

    for (RoleCredential role : List.of(mine.roles().writer(), mine.roles().reader())) {
      warehouse.server().connect(mine.database(), role).close();
      for (String database : foreign) {
        assertThatExceptionOfType(SQLException.class)
            .as("%s in %s", role.role(), database)
            .isThrownBy(() -> warehouse.server().connect(database, role).close())
            .satisfies(e -> assertThat(e.getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE));
      }
    }
  }

  @Test
  void readerReadsEveryGenerationAndWritesNothing() throws SQLException {
    ProjectFixture project = warehouse.newProject();
    long table = project.newTable("id\n1\n");

    assertThat(project.rows(table)).containsExactly("1");
    try (Connection reader = project.asReader()) {
      refused(reader, READ_ONLY, "DELETE FROM _penstock.catalogue");
      run(reader, "SET default_transaction_read_only = off");
      refused(reader, INSUFFICIENT_PRIVILEGE, "DELETE FROM _penstock.catalogue");
      refused(reader, INSUFFICIENT_PRIVILEGE, "CREATE TABLE _penstock.mine (id int)");
      refused(reader, INSUFFICIENT_PRIVILEGE, "CREATE TEMPORARY TABLE mine (id int)");
      refused(reader, INSUFFICIENT_PRIVILEGE, "CREATE TABLE public.mine (id int)");
    }
  }

  @Test
  void writerMakesNoRolesAndNoDatabases() throws SQLException {
    ProjectFixture project = warehouse.newProject();

    try (Connection writer = project.asWriter()) {
      refused(writer, INSUFFICIENT_PRIVILEGE, "CREATE ROLE another");
      refused(writer, INSUFFICIENT_PRIVILEGE, "CREATE DATABASE another");
      refused(writer, INSUFFICIENT_PRIVILEGE, "CREATE SCHEMA another");
      refused(
          writer,
          INSUFFICIENT_PRIVILEGE,
          "ALTER ROLE %s CONNECTION LIMIT 1000".formatted(project.roles().reader().role()));
      refused(writer, INSUFFICIENT_PRIVILEGE, "COPY _penstock.catalogue TO PROGRAM 'cat'");
      refused(writer, INSUFFICIENT_PRIVILEGE, "SELECT pg_read_file('PG_VERSION')");
    }
  }

  @Test
  void secondDeliveryReportsTheSameEnd() {
    RecordedReports reports = new RecordedReports();
    long projectId = WarehouseFixture.nextId();
    JobMessage message =
        warehouse.provisionMessage(
            WarehouseFixture.nextId(), projectId, WarehouseFixture.roles(projectId));

    warehouse.provisioner(reports).handle(message);
    warehouse.provisioner(reports).handle(message);

    assertThat(reports.ends()).hasSize(2);
    assertThat(reports.ends().getFirst().status()).isEqualTo(Status.SUCCESS);
    assertThat(reports.ends().get(1)).isEqualTo(reports.ends().getFirst());
  }

  @Test
  void messageCannotTouchAnotherRole() throws SQLException {
    ProjectFixture victim = warehouse.newProject();
    long projectId = WarehouseFixture.nextId();
    var stolen =
        new ProjectRoles(
            new RoleCredential(victim.roles().writer().role(), "new"),
            WarehouseFixture.roles(projectId).reader());

    Handling handling =
        warehouse
            .provisioner(new RecordedReports())
            .handle(warehouse.provisionMessage(WarehouseFixture.nextId(), projectId, stolen));

    assertThat(handling).isInstanceOf(Handling.Failed.class);
    victim.asWriter().close();
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void refused(Connection connection, String state, String sql) {
    assertThatExceptionOfType(SQLException.class)
        .as(sql)
        .isThrownBy(() -> run(connection, sql))
        .satisfies(e -> assertThat(e.getSQLState()).isEqualTo(state));
  }
}
