package io.penstock.importer.load;

import io.penstock.warehouse.CatalogueColumn;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.ColumnSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The current generation once more, with other columns or another key. Taken where the current one
 * cannot be altered because somebody reads it: a job waits for no reader, at the price of writing
 * the table anew. Rows keep their {@code _timestamp}.
 */
public final class GenerationCopy {
  private final CatalogueRow from;
  private final CatalogueRow into;

  /**
   * With the columns that a file brought.
   *
   * @param jobId of the load that makes it
   */
  GenerationCopy(CatalogueRow from, ColumnPlan plan, long jobId) {
    this(
        from,
        from.restructured(plan.table(), from.primaryKey(), plan.nextColumn())
            .holding(jobId, from.rows()));
  }

  /**
   * @param into the row that will point to the copy; columns that {@code from} has not are empty in
   *     every row
   */
  public GenerationCopy(CatalogueRow from, CatalogueRow into) {
    this.from = from;
    this.into = into;
  }

  /** Makes and fills it in the open transaction; returns the row that would point to it. */
  public CatalogueRow make(Connection connection) throws SQLException {
    Set<String> there =
        from.columns().stream().map(CatalogueColumn::physical).collect(Collectors.toSet());
    String shared =
        into.columns().stream()
            .map(CatalogueColumn::physical)
            .filter(there::contains)
            .map(column -> column + ", ")
            .collect(Collectors.joining());
    try (Statement statement = connection.createStatement()) {
      create(statement);
      statement.execute(
          "INSERT INTO %s (%s_timestamp) SELECT %s_timestamp FROM %s"
              .formatted(into.table(), shared, shared, from.table()));
      addKey(statement);
    }
    return into;
  }

  /** Makes it without a row, in the open transaction; returns the row that would point to it. */
  public CatalogueRow makeEmpty(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      create(statement);
      addKey(statement);
    }
    return into.holding(into.generation(), 0);
  }

  private void create(Statement statement) throws SQLException {
    String definitions =
        into.columns().stream().map(ColumnSql::definition).collect(Collectors.joining(", "));
    statement.execute("DROP TABLE IF EXISTS " + into.table());
    statement.execute(
        "CREATE TABLE %s (%s, _timestamp timestamptz NOT NULL)"
            .formatted(into.table(), definitions));
  }

  private void addKey(Statement statement) throws SQLException {
    List<String> key = into.physicalKey();
    if (!key.isEmpty()) {
      statement.execute(
          "ALTER TABLE %s ADD PRIMARY KEY (%s)".formatted(into.table(), String.join(", ", key)));
    }
  }
}
