package io.penstock.storage.table;

import io.penstock.model.table.TableQuery;
import io.penstock.model.table.TableQuery.Filter;
import io.penstock.storage.bucket.Bucket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table that rows are taken from: what the caller sees of it, and where the rows lie. Whoever
 * reads rows (previews, exports, snapshots, workspaces) asks {@link Tables#requireReadable} and
 * reads what {@link #restrict} leaves: an alias shows some columns and rows of another table, one
 * in a linked bucket those of another project.
 *
 * @param rows never to be taken from {@code table}'s own ids
 */
public record ReadableTable(DataTable table, Bucket bucket, Rows rows) {

  /**
   * @throws io.penstock.model.PlatformException {@code COLUMN_NOT_EXISTS} for an alias none of
   *     whose columns is left: to ask for none of them would be to ask for all
   */
  public ReadableTable {
    table.requireColumns();
  }

  /**
   * Where rows lie.
   *
   * @param projectId in whose database
   * @param tableId by the catalogue there
   * @param predicate what an alias leaves of them; joined by AND to whatever is asked
   */
  public record Rows(long projectId, long tableId, List<Filter> predicate) {
    public Rows {
      predicate = List.copyOf(predicate);
    }

    /** What a job of the project is told of where they lie; null: in its own project. */
    public @Nullable Long otherProject(long reading) {
      return projectId == reading ? null : projectId;
    }
  }

  /** The columns that may be read and asked about. */
  public List<String> columns() {
    return table.columns();
  }

  /**
   * The question with the alias's columns and predicate in it.
   *
   * @param asked names columns of {@link #columns} only
   */
  public TableQuery restrict(TableQuery asked) {
    List<Filter> filters = new ArrayList<>(rows.predicate());
    filters.addAll(asked.filters());
    return new TableQuery(
        asked.columns().isEmpty() ? columns() : asked.columns(),
        filters,
        asked.orderBy(),
        asked.changedSince(),
        asked.changedUntil(),
        asked.limit(),
        asked.withTimestamp(),
        asked.anywhere());
  }
}
