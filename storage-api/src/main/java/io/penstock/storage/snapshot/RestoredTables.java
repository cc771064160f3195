package io.penstock.storage.snapshot;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.file.Files;
import io.penstock.storage.file.StoredFile;
import io.penstock.storage.metadata.Attributes;
import io.penstock.storage.metadata.Kind;
import io.penstock.storage.metadata.Metadata;
import io.penstock.storage.metadata.MetadataEntry;
import io.penstock.storage.table.AliasedColumns;
import io.penstock.storage.table.DataTable;
import io.penstock.storage.table.TableNames;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What becomes of a snapshot's structure in a new table, and of its rows. Thread-safe. */
@Component
class RestoredTables {
  private final Buckets buckets;
  private final TableNames names;
  private final AliasedColumns aliased;
  private final Files files;
  private final Attributes attributes;
  private final Metadata metadata;

  RestoredTables(
      Buckets buckets,
      TableNames names,
      AliasedColumns aliased,
      Files files,
      Attributes attributes,
      Metadata metadata) {
    this.buckets = buckets;
    this.names = names;
    this.aliased = aliased;
    this.files = files;
    this.attributes = attributes;
    this.metadata = metadata;
  }

  /** How the new table is called. */
  record Names(String name, String displayName) {}

  /** Its own name where the caller gives none. */
  static Names names(Params params, Structure structure) {
    String name = params.text("name", "").isEmpty() ? structure.name() : TableNames.name(params);
    return new Names(name, TableNames.displayName(params, name));
  }

  /** The file with the rows of a table that is no alias; asks the object store. */
  StoredFile file(Snapshot snapshot) {
    long fileId = Objects.requireNonNull(snapshot.fileId(), "only aliases have no rows");
    StoredFile file =
        files
            .find(snapshot.projectId(), fileId)
            .orElseThrow(
                () ->
                    new PlatformException(
                        ErrorCode.FILE_NOT_UPLOADED,
                        "The file %d with the snapshot's rows was removed".formatted(fileId)));
    files.requireUploaded(file);
    return file;
  }

  /**
   * Reserves the names, and writes onto the new table what was written on the old one; in the
   * transaction at hand.
   */
  long reserve(Caller caller, Bucket bucket, Names asked, Structure structure) {
    buckets.hold(bucket);
    long tableId = names.reserve(bucket, asked.name(), asked.displayName());
    names.indexed(tableId, structure.indexedColumns());
    write(caller, tableId, structure, structure.metadata());
    return tableId;
  }

  /** Writes onto a new alias what was written on the old one, as far as it has the columns. */
  void write(Caller caller, DataTable alias, Structure structure) {
    write(
        caller,
        alias.id(),
        structure,
        structure.metadata().stream()
            .filter(entry -> entry.column().isEmpty() || alias.columns().contains(entry.column()))
            .toList());
  }

  private void write(
      Caller caller, long tableId, Structure structure, List<MetadataEntry> entries) {
    attributes.restore(Kind.TABLE, tableId, structure.attributes());
    if (!entries.isEmpty()) {
      metadata.set(caller.projectId(), Kind.TABLE, tableId, entries);
    }
  }

  /** Keeps the table from being removed until the transaction at hand ends. */
  void hold(DataTable table) {
    names.hold(table);
  }

  /** Takes the table for a job that gives it the structure, in the transaction at hand. */
  void hold(DataTable table, Structure structure) {
    aliased.requireLeft(table, structure.columns());
  }

  /**
   * The contract's {@code operationParams} of the creation.
   *
   * @param file null: of an alias
   */
  static Map<String, Object> shown(Snapshot snapshot, @Nullable StoredFile file, Names names) {
    return new JsonFields()
        .put(
            "source",
            new JsonFields()
                .put("type", "snapshot")
                .put("snapshotId", Long.toString(snapshot.id()))
                .putIf(file != null, "fileId", file == null ? null : file.id())
                .putIf(file != null, "fileName", file == null ? null : file.name())
                .map())
        .put(
            "params",
            new JsonFields()
                .put("name", names.name())
                .put("displayName", names.displayName())
                .put("incremental", false)
                .put("partial", false)
                .map())
        .put("queue", "main")
        .map();
  }
}
