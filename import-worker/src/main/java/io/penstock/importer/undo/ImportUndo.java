package io.penstock.importer.undo;

import io.penstock.importer.ledger.JobLedger;
import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.warehouse.LockPatience;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobTask.UndoImport;
import io.penstock.warehouse.Catalogue;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.RetiredGeneration;
import io.penstock.warehouse.RetiredGenerations;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Undoes a table's last full load, in one short transaction with the ledger's row. To readers it is
 * a full load of the rows that were there before: all of them get the undo's time as their {@code
 * _timestamp}, so that whoever asks for what has changed since the bad load gets them all.
 * Thread-safe.
 */
public final class ImportUndo {
  private static final int NAMED = 10;

  private final LockPatience patience;
  private final Duration keepPrevious;

  /**
   * @param patience for somebody who still reads the rows from before the load
   * @param keepPrevious how long they can be brought back
   */
  public ImportUndo(LockPatience patience, Duration keepPrevious) {
    this.patience = patience;
    this.keepPrevious = keepPrevious;
  }

  /**
   * Undoes the load and ends the job.
   *
   * @throws PlatformException {@code TABLE_NOT_FOUND}; {@code IMPORT_NOT_UNDOABLE} when the load is
   *     not the table's last change, replaced nothing, or what it replaced has gone; {@code
   *     ALIASES_NAME_COLUMN} when aliases need what came with the load
   */
  public JobOutcome undo(RunningJob job, UndoImport task) throws SQLException {
    Connection connection = job.connection();
    return patience.call(
        connection,
        () -> {
          Catalogue.LockedRow locked =
              Catalogue.lockForLoad(connection, task.tableId()).orElseThrow(() -> noTable(task));
          RetiredGeneration previous = requirePrevious(connection, task, locked.row());
          restamp(connection, previous, locked.now());
          CatalogueRow saved = RetiredGenerations.restore(connection, previous, locked.now());
          requireColumns(task, saved);
          return job.settle(job.done(List.of(saved.state())));
        });
  }

  private RetiredGeneration requirePrevious(
      Connection connection, UndoImport task, CatalogueRow row) throws SQLException {
    @Nullable RetiredGeneration previous =
        RetiredGenerations.replacedBy(connection, task.tableId(), task.undoes(), keepPrevious)
            .orElse(null);
    boolean lastChange =
        row.generation() == task.undoes()
            && (previous == null || previous.sequence() == row.sequence());
    if (!lastChange) {
      throw changedSince(connection, task);
    }
    if (previous == null) {
      throw refusal(
          "Job %d replaced no rows of the table %s that are known here, so there is nothing to go back to."
              .formatted(task.undoes(), task.label()),
          Map.of());
    }
    if (previous.goneAt() != null || previous.overdue()) {
      Instant end =
          previous.goneAt() == null ? previous.retiredAt().plus(keepPrevious) : previous.goneAt();
      throw refusal(
          "The previous rows of the table %s were removed at %s: they are kept for %d minutes. Load them again instead."
              .formatted(
                  task.label(), end.truncatedTo(ChronoUnit.SECONDS), keepPrevious.toMinutes()),
          Map.of("removedAt", end.toString()));
    }
    return previous;
  }

  /**
   * Two changes of the catalog only: no row is rewritten, see <a
   * href="https://www.postgresql.org/docs/18/sql-altertable.html#SQL-ALTERTABLE-NOTES">ALTER TABLE,
   * notes</a>.
   */
  private static void restamp(Connection connection, RetiredGeneration previous, Instant now)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "ALTER TABLE %s DROP COLUMN _timestamp, ADD COLUMN _timestamp timestamptz NOT NULL DEFAULT '%s'"
              .formatted(previous.table(), now));
    }
  }

  private static void requireColumns(UndoImport task, CatalogueRow restored) {
    for (String column : task.needed()) {
      if (restored.column(column).isEmpty()) {
        throw new PlatformException(
            ErrorCode.ALIASES_NAME_COLUMN,
            "The column \"%s\" came with the load, and is named by an alias of the table or by its filter: change the alias first"
                .formatted(column));
      }
    }
  }

  private static PlatformException changedSince(Connection connection, UndoImport task)
      throws SQLException {
    List<Long> jobs = JobLedger.changesAfter(connection, task.tableId(), task.undoes(), NAMED);
    String named = jobs.stream().map(id -> "job " + id).collect(Collectors.joining(", "));
    return refusal(
        "Job %d is no longer the last change of the table %s%s. Only the last change can be undone: load the right rows with a full load instead."
            .formatted(
                task.undoes(), task.label(), named.isEmpty() ? "" : "; it was changed by " + named),
        Map.of("jobs", jobs));
  }

  private static PlatformException noTable(UndoImport task) {
    return new PlatformException(
        ErrorCode.TABLE_NOT_FOUND, "The table %s does not exist.".formatted(task.label()));
  }

  private static PlatformException refusal(String message, Map<String, Object> context) {
    return new PlatformException(ErrorCode.IMPORT_NOT_UNDOABLE, message, context, null);
  }
}
