package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.springframework.stereotype.Service;

/**
 * Columns that old clients ask to be indexed before they filter by them. They are kept and shown;
 * no query needs them. An alias has none of its own.
 */
@Service
class IndexedColumns {
  private static final int MAX = 4;

  private final TableRows rows;
  private final AliasRows aliases;
  private final Changes changes;
  private final Events events;

  IndexedColumns(TableRows rows, AliasRows aliases, Changes changes, Events events) {
    this.rows = rows;
    this.aliases = aliases;
    this.changes = changes;
    this.events = events;
  }

  /** A column that is indexed already, be it by the primary key, stays so. */
  void add(DataTable table, String name) {
    if (name.isEmpty()) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION, "Invalid data - name: It must name a column.");
    }
    change(
        table,
        "storage.tableIndexedColumnAdded",
        name,
        now -> {
          List<String> indexed = new ArrayList<>(now.indexedColumns());
          String column = column(now, name);
          if (!now.primaryKey().contains(column) && !indexed.contains(column)) {
            indexed.add(column);
          }
          long beside = indexed.stream().filter(each -> !now.primaryKey().contains(each)).count();
          if (beside > MAX) {
            throw new PlatformException(
                ErrorCode.INDEXED_COLUMNS_EXCEED,
                "A table may have %d indexed columns beside its primary key at most"
                    .formatted(MAX));
          }
          return indexed;
        });
  }

  private static String column(DataTable table, String name) {
    if (table.columns().contains(name)) {
      return name;
    }
    return table.columns().stream()
        .filter(name::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(
            () ->
                new PlatformException(
                    ErrorCode.COLUMN_NOT_EXISTS,
                    "The column \"%s\" was not found in the table \"%s\""
                        .formatted(name, table.label())));
  }

  void remove(DataTable table, String name) {
    change(
        table,
        "storage.tableIndexedColumnDeleted",
        name,
        now -> {
          List<String> indexed = new ArrayList<>(now.indexedColumns());
          if (!indexed.remove(name)) {
            throw new PlatformException(
                ErrorCode.COLUMN_NOT_INDEXED,
                now.primaryKey().contains(name)
                    ? "The column \"%s\" is indexed by the primary key; change the key instead"
                        .formatted(name)
                    : "The column \"%s\" is not indexed".formatted(name));
          }
          if (aliases.filtersBy(now.id(), Set.of(name))) {
            throw new PlatformException(
                ErrorCode.ALIASES_FILTER_BY_INDEX,
                "An alias of the table filters by the column \"%s\": remove the filter first"
                    .formatted(name));
          }
          return indexed;
        });
  }

  private void change(
      DataTable table, String event, String column, Function<DataTable, List<String>> change) {
    table.refuseAlias(ErrorCode.ALIAS_IMPORT_NOT_ALLOWED);
    changes.commit(
        204,
        () -> {
          DataTable now =
              rows.lockForChange(table.projectId(), table.id())
                  .orElseThrow(() -> Tables.notFound(table.label(), table.projectId()));
          rows.indexed(table.id(), change.apply(now));
          events.append(
              Event.of(event, "Changed indexed columns of table " + table.label(), table.object())
                  .with(Map.of("column", column)));
          return now;
        });
  }
}
