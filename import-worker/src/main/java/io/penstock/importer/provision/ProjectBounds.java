package io.penstock.importer.provision;

import io.penstock.model.job.ProjectRoles;
import io.penstock.warehouse.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What keeps the users of one project's workspaces from using the whole server up. Projects that
 * were made without it get it with the next change of a workspace.
 */
final class ProjectBounds {
  /** Of all roles of a project together; above what its writer and reader may have. */
  private static final int CONNECTIONS = 64;

  private static final String UNBOUND =
      "SELECT 1 FROM pg_database WHERE datname = ? AND datconnlimit = -1";
  private static final String MAY_RESERVE =
      """
      SELECT 1 FROM pg_roles r
      WHERE r.rolname = ? AND pg_has_role('pg_use_reserved_connections', 'MEMBER WITH ADMIN OPTION')
        AND NOT pg_has_role(r.oid, 'pg_use_reserved_connections', 'MEMBER')\
      """;
  private static final String LOCKS_ARE_KEPT =
      """
      SELECT r.rolname FROM pg_roles r
      WHERE r.rolname = ? AND NOT has_function_privilege(r.oid, 'pg_catalog.pg_try_advisory_lock(bigint)', 'EXECUTE')\
      """;

  private ProjectBounds() {}

  /** In the provisioner's own database; a bound that an operator has set stays. */
  static void ensure(Connection own, long projectId, String database) throws SQLException {
    if (Sql.exists(own, UNBOUND, database)) {
      Sql.run(
          own,
          "ALTER DATABASE %s CONNECTION LIMIT %d"
              .formatted(Identifiers.quote(database), CONNECTIONS));
    }
    for (String role : List.of("p" + projectId + "_writer", "p" + projectId + "_reader")) {
      reserve(own, role);
    }
  }

  /** Connections that the server keeps back are for the role, where the provisioner has a say. */
  static void reserve(Connection connection, String role) throws SQLException {
    if (Sql.exists(connection, MAY_RESERVE, role)) {
      Sql.run(connection, "GRANT pg_use_reserved_connections TO " + Identifiers.quote(role));
    }
  }

  /** Where advisory locks are not everybody's, the writer gets those that jobs take. */
  static void giveLocks(Connection project, ProjectRoles roles) throws SQLException {
    String writer = roles.writer().role();
    if (Sql.exists(project, LOCKS_ARE_KEPT, writer)) {
      Sql.run(
          project,
          "GRANT EXECUTE ON FUNCTION pg_catalog.pg_try_advisory_lock(bigint),"
              + " pg_catalog.pg_advisory_xact_lock(integer, integer) TO "
              + Identifiers.quote(writer));
    }
  }
}
