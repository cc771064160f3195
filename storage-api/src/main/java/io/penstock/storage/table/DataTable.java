package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.job.ColumnType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table as the metadata has it: a copy of its row in the warehouse's catalogue. An alias has its
 * root's columns, key, sums and dates, as far as it shows them; rows are read by {@link
 * Tables#requireReadable} only, never by {@code id}.
 *
 * @param id in a linked bucket, where nothing is kept of a table, the lender's made negative: what
 *     is kept of the lender's table is not found by it
 * @param bucket the bucket's label, such as {@code in.c-main}
 * @param indexedColumns asked for by name, beside those of the primary key
 * @param types of the columns, in their order; empty: the table is untyped
 * @param alias null: a table with rows of its own
 */
public record DataTable(
    long id,
    long projectId,
    long bucketId,
    String bucket,
    String name,
    String displayName,
    List<String> columns,
    List<String> primaryKey,
    List<String> indexedColumns,
    long rows,
    long bytes,
    Instant created,
    @Nullable Instant lastImport,
    @Nullable Instant lastChange,
    List<ColumnType> types,
    @Nullable Alias alias) {

  public boolean isTyped() {
    return !types.isEmpty();
  }

  /** Whether it has no rows of its own. */
  public boolean isAlias() {
    return alias != null;
  }

  /** Whether it shows some of its source's rows only, so that nobody knows how many. */
  public boolean isFiltered() {
    return alias != null && alias.predicate() != null;
  }

  /** Refuses what only a table with rows of its own can take. */
  public void refuseAlias(ErrorCode code) {
    if (isAlias()) {
      throw new PlatformException(
          code, "The table %s is an alias: change its source table instead".formatted(label()));
    }
  }

  /**
   * Refuses an alias none of whose columns is left in its source.
   *
   * @throws PlatformException {@code COLUMN_NOT_EXISTS}
   */
  void requireColumns() {
    if (columns.isEmpty()) {
      throw new PlatformException(
          ErrorCode.COLUMN_NOT_EXISTS,
          "The alias %s has no column left: its source has none of those that were chosen for it"
              .formatted(label()));
    }
  }

  /** The contract's id, such as {@code in.c-main.users}. */
  public String label() {
    return bucket + "." + name;
  }

  /** What records and events say they are about. */
  public AuditObject object() {
    return new AuditObject("table", label(), name);
  }
}
