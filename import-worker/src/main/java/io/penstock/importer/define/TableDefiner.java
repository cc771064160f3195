package io.penstock.importer.define;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobTask.DefineTable;
import io.penstock.model.job.JobTask.DefinedColumn;
import io.penstock.warehouse.Catalogue;
import io.penstock.warehouse.CatalogueColumn;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.ColumnSql;
import io.penstock.warehouse.ColumnValues;
import io.penstock.warehouse.Identifiers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Makes an empty table: its first generation, its catalogue row and the ledger's row in one
 * transaction, so that an attempt before this one has left nothing. Thread-safe.
 */
public final class TableDefiner {
  private final int maxColumns;

  /**
   * @param maxColumns of a table
   */
  public TableDefiner(int maxColumns) {
    this.maxColumns = maxColumns;
  }

  /**
   * Makes the table and ends the job.
   *
   * @throws PlatformException what the user has to change; the transaction is open
   */
  public JobOutcome define(RunningJob job, DefineTable task) throws SQLException {
    Connection connection = job.connection();
    requireNew(connection, task);
    List<CatalogueColumn> columns = columns(task);
    requireDefaults(connection, columns);
    CatalogueRow row =
        new CatalogueRow(
            task.tableId(),
            job.id(),
            columns,
            task.primaryKey(),
            0,
            0,
            null,
            0,
            columns.size() + 1);
    create(connection, row);
    CatalogueRow saved = Catalogue.save(connection, row, clock(connection));
    return job.settle(job.done(List.of(saved.state())));
  }

  private static void requireNew(Connection connection, DefineTable task) throws SQLException {
    if (Catalogue.find(connection, task.tableId()).isPresent()) {
      throw new PlatformException(
          ErrorCode.TABLE_EXISTS, "The table %s already exists.".formatted(task.label()));
    }
  }

  private List<CatalogueColumn> columns(DefineTable task) {
    if (task.columns().size() > maxColumns) {
      throw new PlatformException(
          ErrorCode.TABLE_TOO_MANY_COLUMNS,
          "There are %d columns; a table has at most %d."
              .formatted(task.columns().size(), maxColumns));
    }
    List<CatalogueColumn> columns = new ArrayList<>();
    for (DefinedColumn column : task.columns()) {
      columns.add(new CatalogueColumn(column.name(), "c" + (columns.size() + 1), column.type()));
    }
    return columns;
  }

  private static void requireDefaults(Connection connection, List<CatalogueColumn> columns)
      throws SQLException {
    for (CatalogueColumn column : columns) {
      ColumnType type = column.type();
      if (type != null && !ColumnValues.isValidDefault(connection, type)) {
        throw new PlatformException(
            ErrorCode.TABLE_VALIDATION,
            "Column %s: its default value is not %s."
                .formatted(column.name(), ColumnValues.named(type)));
      }
    }
  }

  /** Every row gets its {@code _timestamp} from the load that brings it. */
  private static void create(Connection connection, CatalogueRow row) throws SQLException {
    String definitions =
        row.columns().stream().map(ColumnSql::definition).collect(Collectors.joining(", "));
    List<String> key = row.physicalKey();
    String primaryKey = key.isEmpty() ? "" : ", PRIMARY KEY (" + String.join(", ", key) + ")";
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE %s (%s, %s timestamptz NOT NULL%s)"
              .formatted(row.table(), definitions, Identifiers.TIMESTAMP, primaryKey));
    }
  }

  private static Instant clock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT clock_timestamp()")) {
      rows.next();
      return rows.getObject(1, OffsetDateTime.class).toInstant();
    }
  }
}
