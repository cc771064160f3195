package io.penstock.storage.table;

import io.penstock.model.audit.AuditRecord.AuditObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table as the metadata has it: a copy of its row in the warehouse's catalogue.
 *
 * @param bucket the bucket's label, such as {@code in.c-main}
 * @param indexedColumns asked for by name, beside those of the primary key
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
    @Nullable Instant lastChange) {

  /** The contract's id, such as {@code in.c-main.users}. */
  public String label() {
    return bucket + "." + name;
  }

  /** What records and events say they are about. */
  public AuditObject object() {
    return new AuditObject("table", label(), name);
  }
}
