package io.penstock.importer.structure;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.TableChange;
import io.penstock.warehouse.Catalogue;
import java.sql.Connection;
import java.sql.SQLException;

/** The catalogue's row of the table that a job is about. */
final class LockedTable {
  private LockedTable() {}

  /** Locks it until the transaction ends; the table may have been dropped since the acceptance. */
  static Catalogue.LockedRow require(Connection connection, TableChange task) throws SQLException {
    return Catalogue.lock(connection, task.tableId())
        .orElseThrow(
            () ->
                new PlatformException(
                    ErrorCode.TABLE_NOT_FOUND,
                    "The table %s does not exist.".formatted(task.label())));
  }
}
