package io.penstock.importer.structure;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.load.GenerationCopy;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobTask.TableChange.DeleteRows;
import io.penstock.warehouse.Catalogue;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.TableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * Deletes rows: all of them by an empty generation, some by one DELETE in the current generation.
 * Readers see the rows until that is published.
 */
final class RowsDeletion {
  private final RunningJob job;
  private final DeleteRows task;
  private final Connection connection;

  RowsDeletion(RunningJob job, DeleteRows task) {
    this.job = job;
    this.task = task;
    this.connection = job.connection();
  }

  JobOutcome run() throws SQLException {
    Catalogue.LockedRow locked = LockedTable.require(connection, task);
    CatalogueRow before = locked.row();
    CatalogueRow after = task.query().choosesAllRows() ? emptied(before) : without(before);
    long deleted = before.rows() - after.rows();
    if (deleted == 0) {
      return job.settle(job.done(List.of()).withDeletedRows(0));
    }
    CatalogueRow saved = Catalogue.save(connection, after, locked.now());
    return job.settle(job.done(List.of(saved.state())).withDeletedRows(deleted));
  }

  private CatalogueRow emptied(CatalogueRow row) throws SQLException {
    return row.rows() == 0
        ? row
        : new GenerationCopy(row, row.holding(job.id(), row.rows())).makeEmpty(connection);
  }

  private CatalogueRow without(CatalogueRow row) throws SQLException {
    try (PreparedStatement statement =
        TableStatement.deletion(row, task.query()).prepare(connection)) {
      return row.holding(row.generation(), row.rows() - statement.executeLargeUpdate());
    }
  }
}
