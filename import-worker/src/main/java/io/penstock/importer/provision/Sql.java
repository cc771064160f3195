package io.penstock.importer.provision;

import io.penstock.model.job.RoleCredential;
import io.penstock.warehouse.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;

/** The few statements that everything here is made of. */
final class Sql {
  private Sql() {}

  static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  static boolean exists(Connection connection, String query, String name) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, name);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  static boolean roleExists(Connection connection, String role) throws SQLException {
    return exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", role);
  }

  /**
   * Makes the role where it is missing, and lets it log in. The password reaches the server as a
   * SCRAM verifier only.
   */
  static void ensureLogin(Connection connection, RoleCredential role, int connections)
      throws SQLException {
    String name = Identifiers.quote(role.role());
    if (!roleExists(connection, role.role())) {
      run(connection, "CREATE ROLE " + name); // no LOGIN before it has its password
    }
    setPassword(connection, role);
    run(
        connection,
        "ALTER ROLE %s LOGIN NOCREATEDB NOCREATEROLE CONNECTION LIMIT %d"
            .formatted(name, connections));
  }

  static void setPassword(Connection connection, RoleCredential role) throws SQLException {
    connection
        .unwrap(PGConnection.class)
        .alterUserPassword(role.role(), role.password().toCharArray(), "scram-sha-256");
  }
}
