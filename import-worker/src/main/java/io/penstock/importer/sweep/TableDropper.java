package io.penstock.importer.sweep;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.TableState;
import io.penstock.model.job.JobTask.DropTables;
import io.penstock.warehouse.Catalogue;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.RetiredGenerations;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Removes tables from the catalogue, with the ledger's row in one transaction: from then on nobody
 * finds them. Their generations go when nobody reads them any more, see {@link Sweeper}; the job
 * waits for no reader. Thread-safe.
 */
public final class TableDropper {
  /** Drops and ends the job; the state of a dropped table has the sequence after its last. */
  public JobOutcome drop(RunningJob job, DropTables task) throws SQLException {
    List<TableState> gone = new ArrayList<>();
    for (long tableId : task.tableIds().stream().sorted().distinct().toList()) {
      forget(job.connection(), tableId).ifPresent(gone::add);
    }
    return job.settle(job.done(gone));
  }

  private static Optional<TableState> forget(Connection connection, long tableId)
      throws SQLException {
    Optional<CatalogueRow> row = Catalogue.lock(connection, tableId).map(Catalogue.LockedRow::row);
    RetiredGenerations.forget(connection, tableId);
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("DELETE FROM _penstock.catalogue WHERE table_id = " + tableId);
    }
    return row.map(CatalogueRow::dropped);
  }
}
