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
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table or view of a workspace, open for reading as of one moment. A view may run any code of its
 * user: it runs with the rights of the workspace, in a transaction that writes nothing, and no
 * longer than the {@link ReadPatience}. Belongs to one thread.
 */
public final class WorkspaceTable implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkspaceTable.class);
  private static final String COLUMNS =
      """
      SELECT a.attname, a.atttypid = 'bool'::regtype,
             CASE WHEN a.attlen > 0 THEN 'FIXED' WHEN a.atttypid IN ('text'::regtype, 'varchar'::regtype) THEN 'TEXT' ELSE 'OTHER' END
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = to_regnamespace(?) AND c.relname = ? AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attnum\
      """;

  /**
   * What a reading transaction gets from its own query only: a function may raise anything, and a
   * job that is tried again has its place again.
   */
  private static final Set<String> RAISED = Set.of("40001", "57014");

  /** Classes of SQLSTATE that a query brings upon itself, see PostgreSQL's appendix A. */
  private static final Set<String> USERS_CODE =
      Set.of("0A", "21", "22", "23", "25", "2F", "38", "42", "54", "P0");

  private final RunningJob job;
  private final Connection connection;
  private final String name;
  private final Map<String, Column> known;
  private final ReadWatch watch;
  private @Nullable BoundedRows reading;
  private @Nullable CopyOut copying;

  private WorkspaceTable(
      RunningJob job,
      Connection connection,
      String name,
      Map<String, Column> known,
      ReadPatience patience) {
    this.job = job;
    this.connection = connection;
    this.name = name;
    this.known = known;
    this.watch =
        new ReadWatch(
            patience, Duration.between(job.startedAt(), job.clock().instant()), this::breakOff);
  }

  /**
   * Opens it.
   *
   * @throws PlatformException {@code WORKSPACE_NOT_FOUND} or {@code WORKSPACE_TABLE_NOT_FOUND}
   */
  public static WorkspaceTable open(
      RunningJob job, long workspaceId, String table, ReadPatience patience) throws SQLException {
    WorkspaceNames names = new WorkspaceNames(job.message().projectId(), workspaceId);
    Connection connection = connect(job, names);
    try {
      try (Statement statement = connection.createStatement()) {
        statement.execute(settings(patience));
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
      WorkspaceTable opened =
          new WorkspaceTable(
              job,
              connection,
              Identifiers.quote(names.schema()) + "." + Identifiers.quote(table),
              columns,
              patience);
      opened.watch.start();
      return opened;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * What the workspace's user set for the role is not the worker's. A view's function may change
   * the limits again, so that they only spare the server what outlives a worker; {@link ReadWatch}
   * is what holds.
   */
  private static String settings(ReadPatience patience) {
    return "SET statement_timeout = %d; SET lock_timeout = %d; SET client_connection_check_interval = '10s'; SET client_min_messages = error"
        .formatted(
            Math.min(patience.longest().toMillis(), Integer.MAX_VALUE),
            Math.min(patience.lockWait().toMillis(), Integer.MAX_VALUE));
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
   *     {@code WORKSPACE_LOAD_FAILED} when a view fails or takes too long; {@code
   *     WORKSPACE_TABLE_IN_USE} when a session holds the table
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
    watch.waits();
    try {
      CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(statement);
      copying = copy;
      return copy;
    } catch (SQLException e) {
      throw explained(e);
    } finally {
      watch.goesOn();
    }
  }

  /** The next row as it is written; null behind the last. */
  public byte @Nullable [] next(CopyOut copy) throws SQLException {
    try {
      // The driver keeps whatever a view's code says until somebody forgets it.
      connection.clearWarnings();
      watch.waits();
      return copy.readFromCopy();
    } catch (SQLException e) {
      throw explained(e);
    } finally {
      watch.goesOn();
    }
  }

  /**
   * A view may fail in its user's own code: that is no reason to try again.
   *
   * @return what to throw instead, when it is something else
   */
  private SQLException explained(SQLException e) {
    String late = watch.reason();
    if (late != null) {
      throw new PlatformException(
          ErrorCode.WORKSPACE_LOAD_FAILED,
          "%s of the workspace cannot be read: %s. Make a table of its rows first (CREATE TABLE … AS SELECT …), or several smaller ones, and read that."
              .formatted(name, late),
          e);
    }
    if (SqlStates.is(e, SqlStates.LOCK_NOT_AVAILABLE)) {
      throw new PlatformException(
          ErrorCode.WORKSPACE_TABLE_IN_USE,
          "A session holds %s of the workspace, or a table that it reads. End its transaction and try again."
              .formatted(name),
          e);
    }
    BoundedRows rows = reading;
    String tooLong = rows == null ? null : rows.tooLong(e);
    if (tooLong != null) {
      throw new PlatformException(
          ErrorCode.WORKSPACE_LOAD_FAILED,
          "%s of the workspace cannot be read: %s.".formatted(name, tooLong),
          e);
    }
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    if (RAISED.contains(state)
        || USERS_CODE.contains(state.substring(0, Math.min(2, state.length())))) {
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

  /**
   * Frees whoever reads, and ends the session in the server: a function that catches a cancellation
   * does not catch this, and one that never writes would not notice that nobody reads.
   */
  private void breakOff() {
    try {
      int session = connection.unwrap(PGConnection.class).getBackendPID();
      connection.abort(Runnable::run);
      try (Connection again = job.connectToWorkspace();
          PreparedStatement end =
              again.prepareStatement("SELECT pg_catalog.pg_terminate_backend(?)")) {
        end.setInt(1, session);
        end.execute();
      }
    } catch (SQLException e) {
      LOG.warn("A session of job {} on {} may go on for a while: {}", job.id(), name, e.toString());
    }
  }

  /** Ends the session, also in the middle of its rows: nobody waits for the user's code to end. */
  @Override
  public void close() throws SQLException {
    watch.close();
    CopyOut copy = copying;
    if (copy != null && copy.isActive() && watch.reason() == null) {
      breakOff();
    }
    connection.close();
  }
}
