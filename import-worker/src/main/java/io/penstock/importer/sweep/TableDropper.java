package io.penstock.importer.sweep;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.warehouse.LockPatience;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.TableState;
import io.penstock.model.job.JobTask.DropTables;
import io.penstock.warehouse.Catalogue;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.Identifiers;
import io.penstock.warehouse.RetiredGenerations;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Removes tables: catalogue row, every generation and the ledger's row in one transaction.
 * Thread-safe.
 */
public final class TableDropper {
  private final LockPatience patience;

  public TableDropper(LockPatience patience) {
    this.patience = patience;
  }

  /** Drops and ends the job; the state of a dropped table has the sequence after its last. */
  public JobOutcome drop(RunningJob job, DropTables task) throws SQLException {
    Connection connection = job.connection();
    return patience.call(
        connection,
        () -> {
          List<TableState> gone = new ArrayList<>();
          for (long tableId : task.tableIds().stream().sorted().distinct().toList()) {
            drop(connection, tableId).ifPresent(gone::add);
          }
          return job.settle(job.done(gone));
        });
  }

  private static Optional<TableState> drop(Connection connection, long tableId)
      throws SQLException {
    Optional<CatalogueRow> row = Catalogue.lock(connection, tableId).map(Catalogue.LockedRow::row);
    try (Statement statement = connection.createStatement()) {
      for (TableRelations.Relation relation : TableRelations.list(connection, tableId)) {
        statement.execute("DROP TABLE IF EXISTS " + Identifiers.SCHEMA + "." + relation.name());
      }
      RetiredGenerations.forget(connection, tableId);
      statement.executeUpdate("DELETE FROM _penstock.catalogue WHERE table_id = " + tableId);
    }
    return row.map(CatalogueRow::dropped);
  }
}
