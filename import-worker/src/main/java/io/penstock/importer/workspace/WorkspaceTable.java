package io.penstock.importer.workspace;

import io.penstock.importer.ledger.RunningJob;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
      SELECT a.attname, a.atttypid = 'bool'::regtype
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
  private final Map<String, Boolean> booleans;

  private WorkspaceTable(Connection connection, String name, Map<String, Boolean> booleans) {
    this.connection = connection;
    this.name = name;
    this.booleans = booleans;
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
        statement.execute("SET statement_timeout = 0");
      }
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      Map<String, Boolean> columns = columns(connection, names.schema(), table);
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

  private static Map<String, Boolean> columns(Connection connection, String schema, String table)
      throws SQLException {
    Map<String, Boolean> columns = new LinkedHashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setString(1, schema);
      statement.setString(2, table);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          columns.put(rows.getString(1), rows.getBoolean(2));
        }
      }
    }
    return columns;
  }

  /** Without {@code _timestamp}, which is the platform's own. */
  public List<String> columns() {
    return booleans.keySet().stream().filter(each -> !each.equals(Identifiers.TIMESTAMP)).toList();
  }

  /**
   * Reads these columns as CSV; booleans as the words that clients know.
   *
   * @param options of COPY, beside the format
   * @throws PlatformException {@code WORKSPACE_COLUMNS_NOT_MATCH} when there is no such column;
   *     {@code WORKSPACE_LOAD_FAILED} when a view fails
   */
  public CopyOut copyOut(List<String> columns, String options) throws SQLException {
    String statement =
        "COPY (%s) TO STDOUT (FORMAT csv, %s, ENCODING 'UTF8')".formatted(select(columns), options);
    try {
      return connection.unwrap(PGConnection.class).getCopyAPI().copyOut(statement);
    } catch (SQLException e) {
      throw explained(e);
    }
  }

  /**
   * A view may fail in its user's own code: that is no reason to try again.
   *
   * @return what to throw instead, when it is something else
   */
  public SQLException explained(SQLException e) {
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

  private String select(List<String> columns) {
    List<String> values = new ArrayList<>();
    for (String column : columns) {
      Boolean isBoolean = booleans.get(column);
      if (isBoolean == null) {
        throw new PlatformException(
            ErrorCode.WORKSPACE_COLUMNS_NOT_MATCH,
            "The table in the workspace has no column \"%s\". Its columns: %s."
                .formatted(column, String.join(",", columns())));
      }
      String quoted = Identifiers.quote(column);
      values.add(isBoolean ? "CAST(%1$s AS text) AS %1$s".formatted(quoted) : quoted);
    }
    return "SELECT %s FROM %s".formatted(String.join(", ", values), name);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
