package io.penstock.embedded.postgres;

import io.penstock.model.job.RoleCredential;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/**
 * Sets up what a new server needs before a service can use it. Each method may be called at every
 * start. Passwords are in private files of the server's directory and reach the server as SCRAM
 * verifiers only. PUBLIC may neither connect to nor make temporary tables in any database: a role
 * reaches the databases that it was given.
 */
public final class Databases {
  /** Owner and name of the metadata database. */
  public static final String METADATA = "penstock_metadata";

  /** Makes projects' databases and roles in the warehouse. */
  public static final String PROVISIONER = "penstock_provisioner";

  private static final String RESERVED = "GRANT pg_use_reserved_connections TO ";

  private Databases() {}

  /**
   * Makes the metadata database {@value #METADATA} and its owner of the same name.
   *
   * @return the owner's log-in
   */
  public static RoleCredential prepareMetadata(EmbeddedPostgresServer server) throws SQLException {
    var owner = RoleFile.readOrCreate(server.state(), METADATA);
    try (var connection = server.connect("postgres", server.superuser())) {
      closeToPublic(connection);
      ensureRole(connection, owner, "NOCREATEDB NOCREATEROLE");
      if (!exists(connection, "SELECT 1 FROM pg_database WHERE datname = ?", METADATA)) {
        // Nobody may connect until PUBLIC's right is gone.
        execute(
            connection,
            "CREATE DATABASE %s OWNER %s ALLOW_CONNECTIONS false".formatted(METADATA, METADATA));
      }
      execute(
          connection, "REVOKE CONNECT, TEMPORARY ON DATABASE %s FROM PUBLIC".formatted(METADATA));
      execute(connection, RESERVED + METADATA);
      execute(connection, "ALTER DATABASE %s ALLOW_CONNECTIONS true".formatted(METADATA));
    }
    return owner;
  }

  /**
   * Makes the role {@value #PROVISIONER}: CREATEDB and CREATEROLE, not superuser, may connect to
   * {@code postgres}. It gets {@code createrole_self_grant = 'set, inherit'}: PostgreSQL 16 and
   * later give a role only ADMIN on those it makes, while making a schema or a database for one
   * takes SET. The server's reserved connections are its own, and whose it says. Databases of
   * projects are made from a template without advisory locks for PUBLIC.
   *
   * @return the provisioner's log-in
   */
  public static RoleCredential prepareWarehouse(EmbeddedPostgresServer server) throws SQLException {
    var provisioner = RoleFile.readOrCreate(server.state(), PROVISIONER);
    try (var connection = server.connect("postgres", server.superuser())) {
      closeToPublic(connection);
      ensureRole(connection, provisioner, "CREATEDB CREATEROLE");
      execute(
          connection,
          "ALTER ROLE %s SET createrole_self_grant = 'set, inherit'".formatted(PROVISIONER));
      execute(connection, "GRANT CONNECT ON DATABASE postgres TO " + PROVISIONER);
      execute(connection, RESERVED + PROVISIONER + " WITH ADMIN OPTION");
      AdvisoryLocks.close(server, connection);
    }
    return provisioner;
  }

  private static void closeToPublic(Connection connection) throws SQLException {
    execute(connection, "REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC");
  }

  private static void ensureRole(Connection connection, RoleCredential role, String rights)
      throws SQLException {
    if (!exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", role.role())) {
      execute(connection, "CREATE ROLE " + role.role()); // no LOGIN before it has its password
    }
    connection
        .unwrap(PGConnection.class)
        .alterUserPassword(role.role(), role.password().toCharArray(), "scram-sha-256");
    execute(connection, "ALTER ROLE %s LOGIN NOSUPERUSER %s".formatted(role.role(), rights));
  }

  private static boolean exists(Connection connection, String query, String name)
      throws SQLException {
    try (var statement = connection.prepareStatement(query)) {
      statement.setString(1, name);
      try (var rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
