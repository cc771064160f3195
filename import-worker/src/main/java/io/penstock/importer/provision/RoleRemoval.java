package io.penstock.importer.provision;

import io.penstock.model.job.WorkspaceNames;
import io.penstock.warehouse.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes roles with all that they own, whoever is logged in. First nobody can log in any more,
 * then the sessions are ended, then tables go in portions (a transaction can lock only so many);
 * the rest is left to the caller's transaction. Every step may come again.
 */
final class RoleRemoval {
  private static final int PORTION = 500;
  private static final int SESSION_END_MILLIS = 5_000;

  private static final String ROLES =
      "SELECT rolname FROM pg_roles WHERE rolname = ? OR rolname LIKE ? ESCAPE '!' ORDER BY rolname"
          + " DESC";
  private static final String END_SESSIONS =
      "SELECT count(pg_terminate_backend(pid, ?)) FROM pg_stat_activity WHERE usename = ANY (?)";
  private static final String RELATIONS =
      """
      SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END,
             quote_ident(n.nspname) || '.' || quote_ident(c.relname)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ? AND c.relkind IN ('r', 'p', 'v', 'm', 'f') LIMIT ?\
      """;

  private final Connection connection;

  RoleRemoval(Connection connection) {
    this.connection = connection;
  }

  void removeWorkspace(WorkspaceNames names) throws SQLException {
    List<String> roles = rolesOf(names);
    shutOut(roles);
    while (dropPortion(names.schema())) {
      connection.commit();
    }
    Sql.run(
        connection,
        "DROP SCHEMA IF EXISTS %s CASCADE".formatted(Identifiers.quote(names.schema())));
    for (String role : roles) {
      drop(role);
    }
  }

  /**
   * @param heir gets what the role owns
   */
  void removeLogin(String role, String heir) throws SQLException {
    if (!Sql.roleExists(connection, role)) {
      return;
    }
    shutOut(List.of(role));
    Sql.run(
        connection,
        "REASSIGN OWNED BY %s TO %s".formatted(Identifiers.quote(role), Identifiers.quote(heir)));
    drop(role);
  }

  private void drop(String role) throws SQLException {
    String name = Identifiers.quote(role);
    Sql.run(connection, "DROP OWNED BY %s CASCADE".formatted(name), "DROP ROLE " + name);
  }

  private void shutOut(List<String> roles) throws SQLException {
    for (String role : roles) {
      Sql.run(connection, "ALTER ROLE %s NOLOGIN".formatted(Identifiers.quote(role)));
    }
    connection.commit();
    try (PreparedStatement statement = connection.prepareStatement(END_SESSIONS)) {
      statement.setInt(1, SESSION_END_MILLIS);
      statement.setArray(2, connection.createArrayOf("name", roles.toArray()));
      statement.executeQuery().close();
    }
    connection.commit();
  }

  /** The further log-ins first: the workspace's own role comes last. */
  private List<String> rolesOf(WorkspaceNames names) throws SQLException {
    List<String> roles = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(ROLES)) {
      statement.setString(1, names.role());
      statement.setString(2, names.role().replace("_", "!_") + "!_%");
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          roles.add(rows.getString(1));
        }
      }
    }
    return roles;
  }

  private boolean dropPortion(String schema) throws SQLException {
    List<String> statements = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(RELATIONS)) {
      statement.setString(1, schema);
      statement.setInt(2, PORTION);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          statements.add(
              "DROP %s IF EXISTS %s CASCADE".formatted(rows.getString(1), rows.getString(2)));
        }
      }
    }
    if (statements.size() < PORTION) {
      return false; // few enough for the last transaction
    }
    Sql.run(connection, statements.toArray(String[]::new));
    return true;
  }
}
