package io.penstock.importer.structure;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.load.GenerationCopy;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobTask.TableChange.Optimise;
import io.penstock.warehouse.Catalogue;
import io.penstock.warehouse.CatalogueColumn;
import io.penstock.warehouse.CatalogueRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Gives space back. A generation that still holds the values of dropped columns is written anew
 * without them; any other is vacuumed, which changes nothing that the catalogue knows.
 */
final class Optimisation {
  private static final String HOLDS_DROPPED =
      """
      SELECT EXISTS (
        SELECT FROM pg_attribute
        WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped
          AND attname <> '_timestamp' AND attname <> ALL (?))\
      """;

  private final RunningJob job;
  private final Optimise task;
  private final Connection connection;

  Optimisation(RunningJob job, Optimise task) {
    this.job = job;
    this.task = task;
    this.connection = job.connection();
  }

  JobOutcome run() throws SQLException {
    Catalogue.LockedRow locked = LockedTable.require(connection, task);
    CatalogueRow row = locked.row();
    if (holdsDropped(row)) {
      CatalogueRow written =
          new GenerationCopy(row, row.holding(job.id(), row.rows())).make(connection);
      execute("ANALYZE " + written.table());
      CatalogueRow saved = Catalogue.save(connection, written, locked.now());
      return job.settle(job.done(List.of(saved.state())));
    }
    connection.rollback();
    vacuum(row);
    return job.settle(job.done(List.of()));
  }

  private boolean holdsDropped(CatalogueRow row) throws SQLException {
    Object[] known = row.columns().stream().map(CatalogueColumn::physical).toArray();
    try (PreparedStatement statement = connection.prepareStatement(HOLDS_DROPPED)) {
      statement.setString(1, row.table());
      statement.setArray(2, connection.createArrayOf("text", known));
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }

  /** VACUUM runs in no transaction. Readers and it do not notice each other. */
  private void vacuum(CatalogueRow row) throws SQLException {
    connection.setAutoCommit(true);
    try {
      execute("VACUUM (ANALYZE) " + row.table());
    } finally {
      connection.setAutoCommit(false);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
