package io.penstock.importer.load;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.load.Staging.Staged;
import io.penstock.importer.warehouse.SqlStates;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.LoadReceipt;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.warehouse.Catalogue;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.Identifiers;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/**
 * Fills a new generation, then moves the catalogue's pointer to it. Creates the table when that is
 * the job.
 */
final class FullLoad {
  private final RunningJob job;
  private final LoadTable task;
  private final Optional<CatalogueRow> before;
  private final SourceReader source;
  private final Staging staging;
  private final Connection connection;
  private final String generation;

  /**
   * @param connections at most so many copy at once
   */
  FullLoad(
      RunningJob job,
      LoadTable task,
      Optional<CatalogueRow> before,
      SourceReader source,
      int connections) {
    this.job = job;
    this.task = task;
    this.before = before;
    this.source = source;
    this.connection = job.connection();
    this.generation = Identifiers.generation(task.tableId(), job.id());
    this.staging =
        new Staging(
            job,
            source,
            new TargetTable(
                TargetTable.Kind.GENERATION, generation, WorkspaceObjects.written(task)),
            connections);
  }

  JobOutcome run() throws IOException, SQLException {
    return publish(stage());
  }

  /** What happens to a table that nobody knows of yet. */
  Staged stage() throws IOException, SQLException {
    Staged staged = staging.stage();
    List<String> key = staged.plan().physicalKey();
    if (!key.isEmpty() && !addKey(key)) {
      staged = withoutSuperseded(staged, key);
    }
    connection.commit();
    return staged;
  }

  /** One transaction: short, and held up by no reader. */
  JobOutcome publish(Staged staged) throws SQLException {
    Optional<Catalogue.LockedRow> locked = Catalogue.lockForLoad(connection, task.tableId());
    requireUnchanged(locked.map(Catalogue.LockedRow::row));
    Instant now = locked.isPresent() ? locked.get().now() : clock();
    ColumnPlan plan = staged.plan();
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          plan.hasTimes()
              ? "UPDATE %1$s SET _timestamp = '%2$s' WHERE _timestamp IS NULL; ALTER TABLE %1$s ALTER COLUMN _timestamp SET NOT NULL"
                  .formatted(generation, now)
              // A constant default is kept in the catalog: no row is rewritten.
              : "ALTER TABLE %s ADD COLUMN _timestamp timestamptz NOT NULL DEFAULT '%s'"
                  .formatted(generation, now));
    }
    CatalogueRow saved =
        Catalogue.save(
            connection,
            new CatalogueRow(
                task.tableId(),
                job.id(),
                plan.table(),
                plan.primaryKey(),
                staged.rows(),
                0,
                now,
                0,
                plan.nextColumn()),
            now);
    return job.settle(job.loaded(saved.state(), receipt(staged, saved), source.metrics()));
  }

  private LoadReceipt receipt(Staged staged, CatalogueRow saved) {
    return new LoadReceipt(
        source.digests(),
        staged.plan().fileNames(),
        source.records(),
        staged.rows(),
        0,
        source.records() - staged.rows(),
        before.map(CatalogueRow::rows).orElse(0L),
        saved.rows(),
        saved.bytes(),
        job.seconds());
  }

  /** False when a key is there twice; the transaction is as it was. */
  private boolean addKey(List<String> key) throws SQLException {
    Savepoint copied = connection.setSavepoint();
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "ALTER TABLE %s ADD PRIMARY KEY (%s)".formatted(generation, String.join(", ", key)));
      return true;
    } catch (SQLException e) {
      if (!SqlStates.is(e, SqlStates.UNIQUE_VIOLATION)) {
        throw e;
      }
    }
    connection.rollback(copied);
    return false;
  }

  private Staged withoutSuperseded(Staged staged, List<String> key)
      throws IOException, SQLException {
    Staged ordered = staged.ordered() ? staged : staging.stageInOrder();
    long superseded = DuplicateKeys.delete(connection, generation, key);
    if (!addKey(key)) {
      throw new IllegalStateException("A key is there twice after its older rows went");
    }
    return new Staged(ordered.plan(), ordered.rows() - superseded, true);
  }

  private void requireUnchanged(Optional<CatalogueRow> now) throws SQLException {
    if (now.isEmpty() && before.isPresent()) {
      throw new PlatformException(
          ErrorCode.TABLE_NOT_FOUND,
          "The table %s was deleted during the load.".formatted(task.label()));
    }
    if (!now.map(CatalogueRow::sequence).equals(before.map(CatalogueRow::sequence))) {
      throw new SQLException("The table was changed during the load", "40001");
    }
  }

  private Instant clock() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT clock_timestamp()")) {
      rows.next();
      return rows.getObject(1, OffsetDateTime.class).toInstant();
    }
  }
}
