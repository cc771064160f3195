package io.penstock.importer.provision;

import io.penstock.importer.warehouse.ObjectKinds;
import io.penstock.importer.warehouse.SqlStates;
import io.penstock.model.job.WorkspaceNames;
import io.penstock.warehouse.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes roles with all that they own. They are shut out before ({@link #shutOut}); what they own
 * goes in portions, since a transaction can lock only so much; the rest is left to the caller's
 * transaction. Every step may come again.
 */
final class RoleRemoval {
  private static final int PORTION = 500;
  private static final int SESSION_END_MILLIS = 5_000;

  private static final String ROLES =
      "SELECT rolname FROM pg_roles WHERE rolname = ? OR rolname LIKE ? ESCAPE '!' ORDER BY rolname"
          + " DESC";
  private static final String END_SESSIONS =
      "SELECT count(pg_terminate_backend(pid, ?)) FROM pg_stat_activity WHERE usename = ANY (?)";

  /**
   * What nothing else depends on comes first: a table of ten thousand partitions would take all of
   * them along at once.
   */
  private static final String OBJECTS =
      """
      SELECT o.type, o.identity, s.needed
      FROM (
        SELECT d.classid, d.objid,
               EXISTS (SELECT FROM pg_depend n WHERE n.refclassid = d.classid AND n.refobjid = d.objid AND n.deptype = 'n')
                 OR EXISTS (SELECT FROM pg_inherits i WHERE d.classid = 'pg_class'::regclass AND i.inhparent = d.objid) AS needed
        FROM pg_depend d
        WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = to_regnamespace(?) AND d.deptype = 'n'
          AND d.classid <> 'pg_default_acl'::regclass
          AND NOT EXISTS (SELECT FROM pg_depend p WHERE p.classid = d.classid AND p.objid = d.objid AND p.objsubid = 0 AND p.deptype = 'i')
        ORDER BY needed, d.objid DESC LIMIT ?) s,
        pg_identify_object(s.classid, s.objid, 0) o\
      """;

  /** Sequences of columns go with their tables. */
  private static final String OWNED =
      """
      SELECT o.type, o.identity, false
      FROM (
        SELECT s.classid, s.objid
        FROM pg_shdepend s
        WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND s.refclassid = 'pg_authid'::regclass AND s.refobjid = (SELECT oid FROM pg_roles WHERE rolname = ?)
          AND s.deptype = 'o' AND s.objsubid = 0 AND s.classid <> 'pg_default_acl'::regclass
          AND NOT EXISTS (SELECT FROM pg_depend p WHERE p.classid = s.classid AND p.objid = s.objid
                          AND p.refclassid = 'pg_class'::regclass AND p.deptype IN ('i', 'a'))
        LIMIT ?) s,
        pg_identify_object(s.classid, s.objid, 0) o\
      """;

  private static final String UNLINK =
      """
      SELECT count(lo_unlink(l.oid))
      FROM (SELECT oid FROM pg_largeobject_metadata
            WHERE lomowner = (SELECT oid FROM pg_roles WHERE rolname = ?) LIMIT ?) l\
      """;

  private final Connection connection;

  RoleRemoval(Connection connection) {
    this.connection = connection;
  }

  /** Ends the roles' sessions for good; commits by itself. */
  static void shutOut(Connection own, List<String> roles) throws SQLException {
    for (String role : roles) {
      Sql.run(own, "ALTER ROLE %s NOLOGIN".formatted(Identifiers.quote(role)));
    }
    try (PreparedStatement statement = own.prepareStatement(END_SESSIONS)) {
      statement.setInt(1, SESSION_END_MILLIS);
      statement.setArray(2, own.createArrayOf("name", roles.toArray()));
      statement.executeQuery().close();
    }
  }

  /** The further log-ins first: the workspace's own role comes last. */
  static List<String> rolesOf(Connection connection, WorkspaceNames names) throws SQLException {
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

  void removeWorkspace(WorkspaceNames names) throws SQLException {
    inPortions(portion -> dropPortion(names.schema(), portion));
    List<String> roles = rolesOf(connection, names);
    for (String role : roles) {
      inPortions(portion -> unlinkPortion(role, portion));
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
    inPortions(portion -> handOverPortion(role, heir, portion));
    Sql.run(
        connection,
        "REASSIGN OWNED BY %s TO %s".formatted(Identifiers.quote(role), Identifiers.quote(heir)));
    drop(role);
  }

  private void drop(String role) throws SQLException {
    String name = Identifiers.quote(role);
    Sql.run(connection, "DROP OWNED BY %s CASCADE".formatted(name), "DROP ROLE " + name);
  }

  /** One transaction each; smaller ones where the server has not the locks. */
  private void inPortions(Portion step) throws SQLException {
    int portion = PORTION;
    boolean more = true;
    while (more) {
      try {
        more = step.run(portion);
        connection.commit();
      } catch (SQLException e) {
        if (!SqlStates.is(e, SqlStates.OUT_OF_MEMORY) || portion == 1) {
          throw e;
        }
        connection.rollback();
        portion = Math.max(1, portion / 4);
      }
    }
  }

  private boolean dropPortion(String schema, int portion) throws SQLException {
    List<Owned> objects = objects(OBJECTS, Identifiers.quote(schema), portion);
    boolean free = objects.stream().anyMatch(object -> !object.needed());
    for (Owned object : objects) {
      if (!free || !object.needed()) {
        Sql.run(connection, "DROP %s IF EXISTS %s CASCADE".formatted(object.kind(), object.name()));
      }
    }
    return !objects.isEmpty();
  }

  private boolean unlinkPortion(String role, int portion) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(UNLINK)) {
      statement.setString(1, role);
      statement.setInt(2, portion);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1) > 0;
      }
    }
  }

  private boolean handOverPortion(String role, String heir, int portion) throws SQLException {
    List<Owned> objects = objects(OWNED, role, portion);
    if (objects.size() < portion) {
      return false; // few enough for the last transaction
    }
    for (Owned object : objects) {
      Sql.run(
          connection,
          "ALTER %s %s OWNER TO %s"
              .formatted(object.kind(), object.name(), Identifiers.quote(heir)));
    }
    return true;
  }

  private List<Owned> objects(String query, String name, int limit) throws SQLException {
    List<Owned> objects = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, name);
      statement.setInt(2, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          objects.add(new Owned(rows.getString(1), rows.getString(2), rows.getBoolean(3)));
        }
      }
    }
    return objects;
  }

  /**
   * Something that a workspace holds.
   *
   * @param type as PostgreSQL calls it
   * @param identity qualified and quoted
   * @param needed whether something else depends on it
   */
  private record Owned(String type, String identity, boolean needed) {
    String kind() {
      return ObjectKinds.kind(type);
    }

    String name() {
      return ObjectKinds.name(type, identity);
    }
  }

  /** Does at most so much; false when nothing is left to do. */
  @FunctionalInterface
  private interface Portion {
    boolean run(int portion) throws SQLException;
  }
}
