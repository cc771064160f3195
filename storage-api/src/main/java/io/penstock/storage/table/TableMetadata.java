package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.metadata.Kind;
import io.penstock.storage.metadata.Metadata;
import io.penstock.storage.metadata.MetadataEntry;
import io.penstock.storage.metadata.MetadataEvents;
import io.penstock.storage.web.Changes;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.stereotype.Service;

/** Changes metadata of tables and their columns; the table stays as it is meanwhile. */
@Service
class TableMetadata {
  private final TableRows rows;
  private final Tables tables;
  private final Metadata metadata;
  private final MetadataEvents events;
  private final Changes changes;

  TableMetadata(
      TableRows rows, Tables tables, Metadata metadata, MetadataEvents events, Changes changes) {
    this.rows = rows;
    this.tables = tables;
    this.metadata = metadata;
    this.events = events;
    this.changes = changes;
  }

  /** The table of a column that is there. */
  DataTable requireColumn(Caller caller, ColumnId column, Permission permission) {
    DataTable table = tables.require(caller, column.table(), permission).table();
    if (!table.columns().contains(column.name())) {
      throw column.notFound();
    }
    return table;
  }

  /**
   * Sets items of the table and its columns.
   *
   * @param answer read in the same transaction
   */
  <T> T set(DataTable found, List<MetadataEntry> entries, Supplier<T> answer) {
    return changes.commit(
        201,
        () -> {
          DataTable table = held(found);
          for (MetadataEntry entry : entries) {
            if (!entry.column().isEmpty() && !table.columns().contains(entry.column())) {
              throw new PlatformException(
                  ErrorCode.COLUMN_NOT_EXISTS,
                  "The column \"%s\" was not found in the table \"%s\""
                      .formatted(entry.column(), table.label()));
            }
          }
          metadata.set(table.projectId(), Kind.TABLE, table.id(), entries);
          events.set("table", table.object(), entries);
          return answer.get();
        });
  }

  /**
   * Removes an item.
   *
   * @param column empty: of the table itself
   */
  void remove(DataTable table, String column, String item) {
    changes.commit(
        204,
        () -> {
          metadata.remove(Kind.TABLE, table.id(), column, item);
          events.removed("table", table.object(), item);
          return table;
        });
  }

  private DataTable held(DataTable table) {
    return rows.held(table.projectId(), table.id())
        .orElseThrow(() -> Tables.notFound(table.label(), table.projectId()));
  }
}
