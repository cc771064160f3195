package io.penstock.importer.load;

import io.penstock.warehouse.CatalogueColumn;
import io.penstock.warehouse.CatalogueRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Moves staged rows into the current generation. With a key: a row that is there is changed only
 * when a column differs, so that an equal row keeps its {@code _timestamp}; {@code RETURNING old}
 * (PostgreSQL 18) tells insertions from changes. A load that only inserts leaves it to the key to
 * refuse what is there. Where the file says the rows' times, only those that it leaves out get the
 * load's; a row that differs in nothing but its time is equal. Holds physical names, a time and
 * numbers only, no user's text.
 */
final class MergeStatement {
  private final CatalogueRow table;
  private final List<String> columns;
  private final String staging;
  private final Instant now;
  private final boolean insertOnly;
  private final boolean fileTimes;

  MergeStatement(
      CatalogueRow table, ColumnPlan plan, String staging, Instant now, boolean insertOnly) {
    this.table = table;
    this.columns = plan.file().stream().map(CatalogueColumn::physical).toList();
    this.staging = staging;
    this.now = now;
    this.insertOnly = insertOnly;
    this.fileTimes = plan.hasTimes();
  }

  Counts execute(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (insertOnly || table.primaryKey().isEmpty()) {
        return new Counts(statement.executeLargeUpdate(insert()), 0);
      }
      try (ResultSet rows = statement.executeQuery(upsert())) {
        rows.next();
        return new Counts(rows.getLong(1), rows.getLong(2));
      }
    }
  }

  private String insert() {
    String list = String.join(", ", columns);
    if (fileTimes) {
      return "INSERT INTO %s AS g (%s, _timestamp) SELECT %s, coalesce(_timestamp, timestamptz '%s') FROM %s"
          .formatted(table.table(), list, list, now, staging);
    }
    return "INSERT INTO %s AS g (%s, _timestamp) SELECT %s, timestamptz '%s' FROM %s"
        .formatted(table.table(), list, list, now, staging);
  }

  private String upsert() {
    List<String> key = table.physicalKey();
    return """
    WITH merged AS (%s ON CONFLICT (%s) %s RETURNING old.%s IS NULL AS inserted)
    SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM merged\
    """
        .formatted(insert(), String.join(", ", key), action(key), key.getFirst());
  }

  private String action(List<String> key) {
    List<String> others = columns.stream().filter(column -> !key.contains(column)).toList();
    if (others.isEmpty()) {
      return "DO NOTHING";
    }
    String set =
        others.stream()
            .map(column -> column + " = excluded." + column)
            .collect(Collectors.joining(", "));
    String differs =
        others.stream()
            .map(column -> "g.%1$s IS DISTINCT FROM excluded.%1$s".formatted(column))
            .collect(Collectors.joining(" OR "));
    return "DO UPDATE SET %s, _timestamp = excluded._timestamp WHERE %s".formatted(set, differs);
  }

  /** Rows of the table that are new, and rows that changed. */
  record Counts(long inserted, long updated) {}
}
