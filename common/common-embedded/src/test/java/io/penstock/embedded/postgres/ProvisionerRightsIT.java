package io.penstock.embedded.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.job.RoleCredential;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

@Timeout(120)
class ProvisionerRightsIT {
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static EmbeddedPostgresServer server;

  @SuppressWarnings("NullAway.Init")
  private static RoleCredential provisioner;

  @BeforeAll
  static void start() throws SQLException {
    server = EmbeddedPostgresServer.temporary(directory);
    provisioner = Databases.prepareWarehouse(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void provisionerMakesAProjectThatIsApart() throws SQLException {
    var writer = new RoleCredential("p12_writer", "writer-password");
    var reader = new RoleCredential("p12_reader", "reader-password");
    provision("12", writer, reader);
    var otherWriter = new RoleCredential("p13_writer", "other-password");
    provision("13", otherWriter, new RoleCredential("p13_reader", "other-password"));

    try (var connection = server.connect("12", writer)) {
      run(
          connection,
          "CREATE TABLE _penstock.catalogue (table_id bigint)",
          "INSERT INTO _penstock.catalogue VALUES (1)");
      refused(connection, "CREATE SCHEMA mine");
      refused(connection, "CREATE TEMPORARY TABLE t (id int)");
      refused(connection, "CREATE DATABASE mine");
    }
    try (var connection = server.connect("12", reader)) {
      run(connection, "SELECT * FROM _penstock.catalogue");
      refused(connection, "INSERT INTO _penstock.catalogue VALUES (2)");
    }
    for (String database : new String[] {"12", "postgres", "template1"}) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> server.connect(database, otherWriter).close())
          .satisfies(e -> assertThat(e.getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE));
    }
  }

  @Test
  void provisionerIsNoSuperuser() throws SQLException {
    try (var connection = server.connect("postgres", provisioner)) {
      refused(connection, "ALTER ROLE penstock_provisioner SUPERUSER");
      refused(connection, "CREATE ROLE another SUPERUSER");
      refused(connection, "SELECT pg_read_file('PG_VERSION')");
      refused(connection, "GRANT pg_execute_server_program TO penstock_provisioner");
    }
  }

  @Test
  void advisoryLocksAreTakenFromPublicInProjectsThatWereMadeBefore() throws SQLException {
    var writer = new RoleCredential("p14_writer", "writer-password");
    var reader = new RoleCredential("p14_reader", "reader-password");
    provision("14", writer, reader);
    try (var connection = server.connect("14", reader)) {
      run(connection, "SELECT pg_advisory_lock(1)", "SELECT pg_advisory_unlock_all()");
    }

    Databases.prepareWarehouse(server);

    try (var connection = server.connect("14", reader)) {
      refused(connection, "SELECT pg_advisory_lock(1)");
      refused(connection, "SELECT pg_try_advisory_xact_lock_shared(1, 2)");
    }
    try (var connection = server.connect("14", writer)) {
      run(connection, "SELECT pg_try_advisory_lock(1)", "SELECT pg_advisory_xact_lock(0, 1)");
    }
  }

  @Test
  void settingUpAgainChangesNothing() throws SQLException {
    assertThat(Databases.prepareWarehouse(server).password()).isEqualTo(provisioner.password());

    server.connect("postgres", provisioner).close();
  }

  @Test
  void metadataDatabaseBelongsToItsOwnerAlone() throws Exception {
    var owner = Databases.prepareMetadata(server);
    assertThat(Databases.prepareMetadata(server).password()).isEqualTo(owner.password());

    try (var connection = server.connect(Databases.METADATA, owner)) {
      run(connection, "CREATE SCHEMA storage", "CREATE TABLE storage.project (id bigint)");
      refused(connection, "CREATE DATABASE another");
      refused(connection, "CREATE ROLE another");
    }
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> server.connect("postgres", owner).close())
        .satisfies(e -> assertThat(e.getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE));
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> server.connect(Databases.METADATA, provisioner).close())
        .satisfies(e -> assertThat(e.getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE));
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("penstock_metadata.password"))))
        .isEqualTo("rw-------");
  }

  @Test
  void noPasswordReachesTheLog() throws Exception {
    Databases.prepareMetadata(server);

    assertThat(Files.readString(directory.resolve("server.log")))
        .contains("ready to accept connections")
        .doesNotContain(provisioner.password())
        .doesNotContain(server.superuser().password())
        .doesNotContainIgnoringCase("password_")
        .doesNotContain("SCRAM-SHA-256$");
  }

  /**
   * What the provisioner has to do for a new project, in this order: nobody can connect before
   * PUBLIC is locked out.
   */
  private static void provision(String database, RoleCredential writer, RoleCredential reader)
      throws SQLException {
    try (var connection = server.connect("postgres", provisioner)) {
      for (var role : new RoleCredential[] {writer, reader}) {
        run(connection, "CREATE ROLE " + role.role());
        connection
            .unwrap(PGConnection.class)
            .alterUserPassword(role.role(), role.password().toCharArray(), "scram-sha-256");
        run(connection, "ALTER ROLE " + role.role() + " LOGIN");
      }
      String name = "\"" + database + "\"";
      run(
          connection,
          "CREATE DATABASE " + name + " ALLOW_CONNECTIONS false",
          "REVOKE CONNECT, TEMPORARY ON DATABASE " + name + " FROM PUBLIC",
          "GRANT CONNECT ON DATABASE %s TO %s, %s".formatted(name, writer.role(), reader.role()),
          "ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
    }
    try (var connection = server.connect(database, provisioner)) {
      run(
          connection,
          "CREATE SCHEMA _penstock AUTHORIZATION " + writer.role(),
          "SET ROLE " + writer.role(),
          "GRANT USAGE ON SCHEMA _penstock TO " + reader.role(),
          "ALTER DEFAULT PRIVILEGES IN SCHEMA _penstock GRANT SELECT ON TABLES TO " + reader.role(),
          "RESET ROLE");
    }
  }

  private static void run(Connection connection, String... statements) throws SQLException {
    try (var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static void refused(Connection connection, String sql) {
    assertThatExceptionOfType(SQLException.class)
        .as(sql)
        .isThrownBy(() -> run(connection, sql))
        .satisfies(e -> assertThat(e.getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE));
  }
}
