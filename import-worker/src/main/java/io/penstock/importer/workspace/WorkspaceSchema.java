package io.penstock.importer.workspace;

import io.penstock.importer.warehouse.ObjectKinds;
import io.penstock.importer.warehouse.SqlStates;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.WorkspaceNames;
import io.penstock.warehouse.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A workspace's schema in the open transaction of the project's writer, who owns it. */
final class WorkspaceSchema {
  private static final int MOST_OBJECTS = 5_000;

  /** Whatever stands in the schema by itself; what belongs to another object goes with that. */
  private static final String OBJECTS =
      """
      SELECT o.type, o.identity
      FROM pg_depend d, pg_identify_object(d.classid, d.objid, 0) o
      WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = ?::regnamespace AND d.deptype = 'n'
        AND NOT EXISTS (SELECT FROM pg_depend p WHERE p.classid = d.classid AND p.objid = d.objid AND p.objsubid = 0 AND p.deptype = 'i')
        AND o.type IN ('table', 'foreign table', 'view', 'materialized view', 'sequence', 'function', 'procedure',
                       'aggregate', 'type', 'collation', 'conversion', 'operator', 'statistics object',
                       'text search configuration', 'text search dictionary')
      ORDER BY o.type = 'type', d.objid LIMIT ?\
      """;

  private static final String KIND =
      "SELECT relkind FROM pg_class WHERE relnamespace = ?::regnamespace AND relname = ?";

  private final Connection connection;
  private final WorkspaceNames names;
  private final LockWaits locks;

  /** To look whether it is there. */
  WorkspaceSchema(Connection connection, WorkspaceNames names) {
    this(connection, names, Duration.ZERO);
  }

  /**
   * @param lockWait for all that sessions of the workspace's user hold
   */
  WorkspaceSchema(Connection connection, WorkspaceNames names, Duration lockWait) {
    this.connection = connection;
    this.names = names;
    this.locks = new LockWaits(lockWait);
  }

  /** Waits for what sessions hold. */
  LockWaits locks() {
    return locks;
  }

  /** The role that owns what is loaded. */
  String role() {
    return names.role();
  }

  String qualified(String table) {
    return Identifiers.quote(names.schema()) + "." + Identifiers.quote(table);
  }

  /**
   * Looks for the schema.
   *
   * @throws PlatformException {@code WORKSPACE_NOT_FOUND}
   */
  void requireThere() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT 1 FROM pg_namespace WHERE nspname = ?")) {
      statement.setString(1, names.schema());
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          throw new PlatformException(
              ErrorCode.WORKSPACE_NOT_FOUND,
              "The workspace %d does not exist.".formatted(names.workspaceId()));
        }
      }
    }
  }

  /**
   * Drops all that is in it.
   *
   * @throws PlatformException {@code WORKSPACE_LOAD_FAILED} when that is too much for a
   *     transaction; {@code WORKSPACE_TABLE_IN_USE}
   */
  void empty() throws SQLException {
    List<String> drops = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(OBJECTS)) {
      statement.setString(1, names.schema());
      statement.setInt(2, MOST_OBJECTS + 1);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String type = rows.getString(1);
          drops.add(
              "DROP %s IF EXISTS %s CASCADE"
                  .formatted(ObjectKinds.kind(type), ObjectKinds.name(type, rows.getString(2))));
        }
      }
    }
    if (drops.size() > MOST_OBJECTS) {
      throw new PlatformException(
          ErrorCode.WORKSPACE_LOAD_FAILED,
          "The workspace has more than %d objects, too many to drop at once. Drop some of them, or load with preserve."
              .formatted(MOST_OBJECTS));
    }
    try (Statement statement = connection.createStatement()) {
      for (String drop : drops) {
        locks.run(statement, drop);
      }
    } catch (SQLException e) {
      if (SqlStates.is(e, SqlStates.LOCK_NOT_AVAILABLE)) {
        throw new PlatformException(
            ErrorCode.WORKSPACE_TABLE_IN_USE,
            "A session holds something in the workspace, which therefore cannot be emptied. End its"
                + " transaction and load again.",
            e);
      }
      throw e;
    }
  }

  /** Drops a table or view of the name, if there is one and nothing depends on it. */
  void dropTable(String table) throws SQLException {
    Optional<String> kind = kind(table);
    if (kind.isPresent()) {
      try (Statement statement = connection.createStatement()) {
        locks.run(statement, "DROP %s %s".formatted(kind.get(), qualified(table)));
      }
    }
  }

  private Optional<String> kind(String table) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(KIND)) {
      statement.setString(1, names.schema());
      statement.setString(2, table);
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          return Optional.empty();
        }
        return switch (rows.getString(1)) {
          case "r", "p" -> Optional.of("TABLE");
          case "v" -> Optional.of("VIEW");
          case "m" -> Optional.of("MATERIALIZED VIEW");
          default -> Optional.empty(); // the name is taken, as CREATE TABLE will tell
        };
      }
    }
  }

  /**
   * Holds the table until the transaction ends: nobody changes its rows, its structure, its
   * triggers or its indexes. Takes no snapshot.
   */
  Optional<Existing> hold(String table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SAVEPOINT look");
      try {
        locks.run(
            statement,
            "LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE".formatted(qualified(table)));
        return Optional.of(new Existing(names.schema(), table));
      } catch (SQLException e) {
        if (!SqlStates.is(e, SqlStates.UNDEFINED_TABLE) && !SqlStates.is(e, "3F000")) {
          throw e;
        }
        statement.execute("ROLLBACK TO SAVEPOINT look");
        return Optional.empty();
      }
    }
  }
}
