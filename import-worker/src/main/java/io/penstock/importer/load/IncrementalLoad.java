package io.penstock.importer.load;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.load.Staging.Staged;
import io.penstock.importer.warehouse.LockPatience;
import io.penstock.importer.warehouse.SqlStates;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.LoadReceipt;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.warehouse.Catalogue;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.ColumnSql;
import io.penstock.warehouse.Identifiers;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stages a file, then merges it into the current generation by the key, or appends it where there
 * is no key, in one transaction with the catalogue and the ledger.
 */
final class IncrementalLoad {
  private final RunningJob job;
  private final LoadTable task;
  private final CatalogueRow before;
  private final SourceReader source;
  private final LockPatience patience;
  private final Connection connection;
  private final String stagingTable;
  private final Staging staging;
  private @Nullable GenerationCopy target;

  IncrementalLoad(
      RunningJob job,
      LoadTable task,
      CatalogueRow before,
      SourceReader source,
      LockPatience patience,
      int connections) {
    this.job = job;
    this.task = task;
    this.before = before;
    this.source = source;
    this.patience = patience;
    this.connection = job.connection();
    this.stagingTable = Identifiers.staging(task.tableId(), job.id());
    this.staging =
        new Staging(
            job,
            source,
            new TargetTable(TargetTable.Kind.STAGING, stagingTable, WorkspaceObjects.written(task)),
            connections);
  }

  JobOutcome run() throws IOException, SQLException {
    Staged staged = staging.stage();
    ColumnPlan plan = staged.plan();
    connection.commit();
    if (!plan.added().isEmpty() && !addColumnsInTime(plan)) {
      target = new GenerationCopy(before, plan, job.id());
    }
    return merge(staged);
  }

  /**
   * False, and nothing has changed, when somebody reads the generation all the time, or when it has
   * had so many columns, dropped ones included, that PostgreSQL gives it no more.
   */
  private boolean addColumnsInTime(ColumnPlan plan) throws SQLException {
    try {
      patience.run(connection, () -> addColumns(plan));
      return true;
    } catch (SQLException e) {
      if (!SqlStates.is(e, SqlStates.LOCK_NOT_AVAILABLE)
          && !SqlStates.is(e, SqlStates.TOO_MANY_COLUMNS)) {
        throw e;
      }
      connection.rollback();
      return false;
    }
  }

  /**
   * A short transaction of its own, so that readers do not wait for the whole merge. The columns
   * are in no catalogue row until the merge commits; should it never, they are empty and unknown,
   * and the next ordinal is past them.
   */
  private void addColumns(ColumnPlan plan) throws SQLException {
    CatalogueRow row = locked().row();
    String columns =
        plan.added().stream()
            .map(column -> "ADD COLUMN IF NOT EXISTS " + ColumnSql.definition(column))
            .collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement()) {
      statement.execute("ALTER TABLE %s %s".formatted(row.table(), columns));
      statement.execute(
          "UPDATE _penstock.catalogue SET next_column = %d WHERE table_id = %d"
              .formatted(plan.nextColumn(), task.tableId()));
    }
    connection.commit();
  }

  private JobOutcome merge(Staged staged) throws IOException, SQLException {
    ColumnPlan plan = staged.plan();
    Optional<JobOutcome> merged = tryToMerge(plan);
    if (merged.isPresent()) {
      return merged.get();
    }
    if (!staged.ordered()) {
      staging.stageInOrder();
    }
    DuplicateKeys.delete(connection, stagingTable, before.physicalKey());
    connection.commit();
    return tryToMerge(plan)
        .orElseThrow(
            () -> new IllegalStateException("A key is there twice after its older rows went"));
  }

  /** Empty when the file has a key twice; nothing is locked then. */
  private Optional<JobOutcome> tryToMerge(ColumnPlan plan) throws SQLException {
    Catalogue.LockedRow locked = locked();
    MergeStatement.Counts counts;
    try {
      CatalogueRow into = before;
      if (target != null) {
        into = target.make(connection);
      }
      boolean insertOnly = task.rules().insertOnly();
      MergeStatement statement =
          new MergeStatement(into, plan, stagingTable, locked.now(), insertOnly);
      counts = statement.execute(connection);
    } catch (SQLException e) {
      if (task.rules().insertOnly() && SqlStates.is(e, SqlStates.UNIQUE_VIOLATION)) {
        throw knownKey(e);
      }
      if (!SqlStates.is(e, SqlStates.CARDINALITY_VIOLATION)) {
        throw e;
      }
      connection.rollback();
      return Optional.empty();
    }
    try (Statement drop = connection.createStatement()) {
      drop.execute("DROP TABLE " + stagingTable);
    }
    CatalogueRow saved =
        Catalogue.save(
            connection,
            new CatalogueRow(
                task.tableId(),
                target == null ? before.generation() : job.id(),
                plan.table(),
                before.primaryKey(),
                before.rows() + counts.inserted(),
                0,
                locked.now(),
                0,
                plan.nextColumn()),
            locked.now());
    return Optional.of(
        job.settle(job.loaded(saved.state(), receipt(plan, counts, saved), source.metrics())));
  }

  static PlatformException knownKey(@Nullable SQLException cause) {
    return new PlatformException(
        ErrorCode.PRIMARY_KEY_DUPLICATES,
        "deduplicationStrategy insert: the file has a row whose primary key is in the table"
            + " already, or in the file twice; nothing was changed. With upsert such rows are"
            + " updated.",
        cause);
  }

  private Catalogue.LockedRow locked() throws SQLException {
    Catalogue.LockedRow locked =
        Catalogue.lockForLoad(connection, task.tableId())
            .orElseThrow(
                () ->
                    new PlatformException(
                        ErrorCode.TABLE_NOT_FOUND,
                        "The table %s was deleted during the load.".formatted(task.label())));
    if (locked.row().sequence() != before.sequence()) {
      throw new SQLException("The table was changed during the load", "40001");
    }
    return locked;
  }

  private LoadReceipt receipt(ColumnPlan plan, MergeStatement.Counts counts, CatalogueRow saved) {
    return new LoadReceipt(
        source.digests(),
        plan.fileNames(),
        source.records(),
        counts.inserted(),
        counts.updated(),
        source.records() - counts.inserted() - counts.updated(),
        before.rows(),
        saved.rows(),
        saved.bytes(),
        job.seconds());
  }
}
