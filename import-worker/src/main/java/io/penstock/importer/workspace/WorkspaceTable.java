package io.penstock.importer.workspace;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.warehouse.SqlStates;
import io.penstock.importer.workspace.BoundedRows.Column;
import io.penstock.importer.workspace.BoundedRows.Length;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.WorkspaceNames;
import io.penstock.warehouse.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * A table or view of a workspace, open for reading as of one moment. A view may run any code of its
 * user: it runs with the rights of the workspace, in a transaction that writes nothing. Belongs to
 * one thread.
 */
public final class WorkspaceTable implements AutoCloseable {
  private static final String COLUMNS =
      """
      SELECT a.attname, a.atttypid = 'bool'::regtype,
             CASE WHEN a.attlen > 0 THEN 'FIXED' WHEN a.atttypid IN ('text'::regtype, 'varchar'::regtype) THEN 'TEXT' ELSE 'OTHER' END
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = to_regnamespace(?) AND c.relname = ? AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attnum\
      """;

  /** Classes of SQLSTATE that a query brings upon itself, see PostgreSQL's appendix A. */
  private static final Set<String> USERS_CODE =
      Set.of("0A", "21", "22", "23", "25", "2F", "38", "42", "54", "P0");

  private final Connection connection;
  private final String name;
  private final Map<String, Column> known;
  private @Nullable BoundedRows reading;

  private WorkspaceTable(Connection connection, String name, Map<String, Column> known) {
    this.connection = connection;
    this.name = name;
    this.known = known;
  }

  /**
   * Opens it.
   *
   * @throws PlatformException {@code WORKSPACE_NOT_FOUND} or {@code WORKSPACE_TABLE_NOT_FOUND}
   */
  public static WorkspaceTable open(RunningJob job, long workspaceId, String table)
      throws SQLException {
    WorkspaceNames names = new WorkspaceNames(job.message().projectId(), workspaceId);
    Connection connection = connect(job, names);
    try {
      try (Statement statement = connection.createStatement()) {
        // What the workspace's user set for the role is not the worker's.
        statement.execute("SET statement_timeout = 0; SET client_min_messages = error");
      }
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      Map<String, Column> columns = columns(connection, names.schema(), table);
      if (columns.isEmpty()) {
        throw new PlatformException(
            ErrorCode.WORKSPACE_TABLE_NOT_FOUND,
            "The workspace %d has no table \"%s\"; names are case-sensitive."
                .formatted(workspaceId, table));
      }
      return new WorkspaceTable(
          connection, Identifiers.quote(names.schema()) + "." + Identifiers.quote(table), columns);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static Connection connect(RunningJob job, WorkspaceNames names) throws SQLException {
    try {
      return job.connectToWorkspace();
    } catch (SQLException e) {
      boolean refused = e.getSQLState() != null && e.getSQLState().startsWith("28");
      if (refused || SqlStates.is(e, "42501")) {
        new WorkspaceSchema(job.connection(), names).requireThere();
      }
      throw e;
    }
  }

  private static Map<String, Column> columns(Connection connection, String schema, String table)
      throws SQLException {
    Map<String, Column> columns = new LinkedHashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setString(1, schema);
      statement.setString(2, table);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String name = rows.getString(1);
          columns.put(
              name, new Column(name, rows.getBoolean(2), Length.valueOf(rows.getString(3))));
        }
      }
    }
    return columns;
  }

  /** Without {@code _timestamp}, which is the platform's own. */
  public List<String> columns() {
    return known.keySet().stream().filter(each -> !each.equals(Identifiers.TIMESTAMP)).toList();
  }

  /**
   * Reads these columns as CSV; booleans as the words that clients know.
   *
   * @param options of COPY, beside the format
   * @param maxRowBytes of the values of a row; each row is held in memory
   * @throws PlatformException {@code WORKSPACE_COLUMNS_NOT_MATCH} when there is no such column;
   *     {@code WORKSPACE_LOAD_FAILED} when a view fails
   */
  public CopyOut copyOut(List<String> columns, String options, long maxRowBytes)
      throws SQLException {
    return copyOut(columns, options, maxRowBytes, null);
  }

  /**
   * As {@link #copyOut(List, String, long)}.
   *
   * @param nullWord a value that is read as NULL
   */
  public CopyOut copyOut(
      List<String> columns, String options, long maxRowBytes, @Nullable String nullWord)
      throws SQLException {
    BoundedRows rows = new BoundedRows(columns.stream().map(this::column).toList(), maxRowBytes);
    reading = rows;
    String statement =
        "COPY (%s) TO STDOUT (FORMAT csv, %s, ENCODING 'UTF8')"
            .formatted(rows.select(name, nullWord), options);
    try {
      return connection.unwrap(PGConnection.class).getCopyAPI().copyOut(statement);
    } catch (SQLException e) {
      throw explained(e);
    }
  }

  /** The next row as it is written; null behind the last. */
  public byte @Nullable [] next(CopyOut copy) throws SQLException {
    try {
      // The driver keeps whatever a view's code says until somebody forgets it.
      connection.clearWarnings();
      return copy.readFromCopy();
    } catch (SQLException e) {
      throw explained(e);
    }
  }

  /**
   * A view may fail in its user's own code: that is no reason to try again.
   *
   * @return what to throw instead, when it is something else
   */
  private SQLException explained(SQLException e) {
    BoundedRows rows = reading;
    String tooLong = rows == null ? null : rows.tooLong(e);
    if (tooLong != null) {
      throw new PlatformException(
          ErrorCode.WORKSPACE_LOAD_FAILED,
          "%s of the workspace cannot be read: %s.".formatted(name, tooLong),
          e);
    }
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    if (USERS_CODE.contains(state.substring(0, Math.min(2, state.length())))) {
      throw new PlatformException(
          ErrorCode.WORKSPACE_LOAD_FAILED,
          "%s of the workspace cannot be read: its own SQL fails with SQLSTATE %s."
              .formatted(name, state),
          e);
    }
    return e;
  }

  private Column column(String asked) {
    Column column = known.get(asked);
    if (column == null) {
      throw new PlatformException(
          ErrorCode.WORKSPACE_COLUMNS_NOT_MATCH,
          "The table in the workspace has no column \"%s\". Its columns: %s."
              .formatted(asked, String.join(",", columns())));
    }
    return column;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
