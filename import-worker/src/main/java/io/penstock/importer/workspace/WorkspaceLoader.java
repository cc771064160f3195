package io.penstock.importer.workspace;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.warehouse.SqlStates;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobTask.FileSource;
import io.penstock.model.job.JobTask.LoadWorkspace;
import io.penstock.model.job.WorkspaceInput;
import io.penstock.model.job.WorkspaceNames;
import io.penstock.warehouse.Catalogue;
import io.penstock.warehouse.CatalogueRow;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies tables of the project into a workspace, inside of the database: all of them as of one
 * moment, in one transaction with the ledger's row; and files with them. Thread-safe.
 */
public final class WorkspaceLoader {
  /** How LOCK TABLE refuses sequences and the like, and views of what their user may not lock. */
  private static final Set<String> NO_TABLE = Set.of("42809", "42501");

  private final Duration lockTimeout;
  private final FileRows files;

  /**
   * @param lockTimeout how long sessions of the workspace's user may hold what is replaced or added
   *     to, all of it together
   */
  public WorkspaceLoader(Duration lockTimeout, FileRows files) {
    this.lockTimeout = lockTimeout;
    this.files = files;
  }

  /**
   * Loads and ends the job.
   *
   * @throws PlatformException what the user has to change; the transaction is open
   */
  public JobOutcome load(RunningJob job, LoadWorkspace task) throws SQLException, IOException {
    requireDifferentDestinations(task);
    Connection connection = job.connection();
    WorkspaceSchema schema =
        new WorkspaceSchema(
            connection,
            new WorkspaceNames(job.message().projectId(), task.workspaceId()),
            lockTimeout);
    try (Statement statement = connection.createStatement()) {
      // A snapshot for all inputs; locks come before it, so that it shows what is behind them.
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      statement.execute("SET LOCAL lock_timeout = " + lockTimeout.toMillis());
    }
    Map<String, Existing> held = held(schema, task);
    schema.requireThere();
    if (!task.preserve()) {
      schema.empty();
    }
    try (LinkedRows linked = new LinkedRows(job)) {
      for (WorkspaceInput input : task.inputs()) {
        load(job, schema, linked, input, held.get(input.destination()));
      }
      linked.drop();
    }
    return job.settle(job.done(List.of()));
  }

  /** What is added to rows of the workspace's user is locked against change first of all. */
  private static Map<String, Existing> held(WorkspaceSchema schema, LoadWorkspace task)
      throws SQLException {
    Map<String, Existing> held = new HashMap<>();
    for (WorkspaceInput input : task.inputs()) {
      if (task.preserve() && input.incremental()) {
        Failures failures = Failures.of(input);
        try {
          schema.hold(input.destination()).ifPresent(table -> held.put(input.destination(), table));
        } catch (SQLException e) {
          if (NO_TABLE.contains(Objects.requireNonNullElse(e.getSQLState(), ""))) {
            throw Existing.notPlain(input);
          }
          throw failures.explained(e);
        }
      }
    }
    return held;
  }

  private void load(
      RunningJob job,
      WorkspaceSchema schema,
      LinkedRows linked,
      WorkspaceInput input,
      @Nullable Existing held)
      throws SQLException, IOException {
    Connection connection = job.connection();
    try {
      FileSource file = input.file();
      CatalogueRow staged = file == null ? null : files.stage(job, file);
      SourceRows rows =
          staged == null ? rows(connection, linked, input) : SourceRows.of(staged, input);
      if (held == null) {
        if (input.overwrite()) {
          schema.dropTable(input.destination());
        }
        new NewTable(connection, schema, input, rows).make();
      } else {
        held.requirePlain(connection, input);
        held.add(connection, input, rows);
      }
      if (staged != null) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("DROP TABLE " + staged.table());
        }
      }
    } catch (SQLException e) {
      if (SqlStates.is(e, SqlStates.UNDEFINED_TABLE)) {
        throw new SQLException("The generation was dropped meanwhile", "40001", e);
      }
      throw Failures.of(input).explained(e);
    }
  }

  private static SourceRows rows(Connection connection, LinkedRows linked, WorkspaceInput input)
      throws SQLException {
    Long other = input.ofProject();
    if (other != null) {
      return linked.fetch(input, other);
    }
    return SourceRows.of(
        Catalogue.find(connection, input.tableId()).orElseThrow(() -> noSource(input)), input);
  }

  static PlatformException noSource(WorkspaceInput input) {
    return new PlatformException(
        ErrorCode.WORKSPACE_SOURCE_NOT_FOUND,
        "The table %s does not exist.".formatted(input.label()));
  }

  private static void requireDifferentDestinations(LoadWorkspace task) {
    Set<String> seen = new HashSet<>();
    for (WorkspaceInput input : task.inputs()) {
      if (!seen.add(input.destination())) {
        throw new PlatformException(
            ErrorCode.WORKSPACE_DUPLICATE_TABLE,
            "Two inputs have the destination \"%s\".".formatted(input.destination()));
      }
    }
  }
}
