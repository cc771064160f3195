package io.penstock.importer.load;

import io.penstock.warehouse.CatalogueColumn;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.ColumnSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The current generation once more, with the columns that a file brought. Taken where the current
 * one cannot be altered because somebody reads it: a load waits for no reader, at the price of
 * writing the table anew.
 */
final class GenerationCopy {
  private final CatalogueRow from;
  private final CatalogueRow into;

  /**
   * @param jobId of the load that makes it
   */
  GenerationCopy(CatalogueRow from, ColumnPlan plan, long jobId) {
    this.from = from;
    this.into =
        new CatalogueRow(
            from.tableId(),
            jobId,
            plan.table(),
            from.primaryKey(),
            from.rows(),
            from.bytes(),
            from.lastImport(),
            from.sequence(),
            plan.nextColumn());
  }

  /** Makes and fills it in the open transaction; returns the row that would point to it. */
  CatalogueRow make(Connection connection) throws SQLException {
    String definitions =
        into.columns().stream().map(ColumnSql::definition).collect(Collectors.joining(", "));
    String old =
        from.columns().stream().map(CatalogueColumn::physical).collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS " + into.table());
      statement.execute(
          "CREATE TABLE %s (%s, _timestamp timestamptz NOT NULL)"
              .formatted(into.table(), definitions));
      statement.execute(
          "INSERT INTO %s (%s, _timestamp) SELECT %s, _timestamp FROM %s"
              .formatted(into.table(), old, old, from.table()));
      List<String> key = into.physicalKey();
      if (!key.isEmpty()) {
        statement.execute(
            "ALTER TABLE %s ADD PRIMARY KEY (%s)".formatted(into.table(), String.join(", ", key)));
      }
    }
    return into;
  }
}
