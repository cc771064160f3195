package io.penstock.storage.table;

import io.penstock.storage.access.Caller.ProjectFacts;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.BucketViews;
import io.penstock.storage.metadata.Attributes;
import io.penstock.storage.metadata.Kind;
import io.penstock.storage.metadata.Metadata;
import io.penstock.storage.web.Included;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Tables as the contract shows them (chapter 2.4), with the parts that lie in other tables: each
 * part of a whole list comes by one query, and none that was not asked for. Thread-safe.
 */
@Component
class TableViews {
  private final BucketViews buckets;
  private final Attributes attributes;
  private final Metadata metadata;

  TableViews(BucketViews buckets, Attributes attributes, Metadata metadata) {
    this.buckets = buckets;
    this.attributes = attributes;
    this.metadata = metadata;
  }

  /** With every part; the bucket is absent only when it was removed meanwhile. */
  Map<String, Object> detail(
      DataTable table, @Nullable Bucket bucket, ProjectFacts project, String baseUrl) {
    List<Long> id = withSources(List.of(table));
    TableParts parts =
        new TableParts(
            attributes.ofAll(Kind.TABLE, id),
            metadata.ofAll(Kind.TABLE, id),
            metadata.ofColumns(id),
            false,
            true);
    return TableJson.detail(
        table,
        bucket == null ? null : buckets.ofTable(bucket, project, baseUrl, true).map(),
        baseUrl,
        parts);
  }

  /**
   * With the parts that were asked for.
   *
   * @param bucketsById has the bucket of each table
   */
  List<Map<String, Object>> list(
      List<DataTable> tables,
      Map<Long, Bucket> bucketsById,
      ProjectFacts project,
      String baseUrl,
      Included included) {
    TableParts parts = parts(tables, included);
    Map<Long, Map<String, Object>> shown = new HashMap<>();
    return tables.stream()
        .map(
            table ->
                TableJson.listed(
                    table,
                    shown.computeIfAbsent(
                        table.bucketId(),
                        id ->
                            buckets
                                .ofTable(
                                    Objects.requireNonNull(bucketsById.get(id)),
                                    project,
                                    baseUrl,
                                    false)
                                .map()),
                    baseUrl,
                    included,
                    parts))
        .toList();
  }

  private TableParts parts(List<DataTable> tables, Included included) {
    List<Long> ids = withSources(tables);
    boolean ofSources = included.names("sourceMetadata");
    boolean ofSourceColumns = included.names("sourceColumnMetadata");
    return new TableParts(
        included.namesOrDefault("attributes") ? attributes.ofAll(Kind.TABLE, ids) : Map.of(),
        included.namesOrDefault("metadata") || ofSources
            ? metadata.ofAll(Kind.TABLE, ids)
            : Map.of(),
        included.names("columnMetadata") || ofSourceColumns ? metadata.ofColumns(ids) : Map.of(),
        ofSources,
        ofSourceColumns);
  }

  private static List<Long> withSources(List<DataTable> tables) {
    return tables.stream()
        .flatMap(
            table ->
                table.alias() == null
                    ? Stream.of(table.id())
                    : Stream.of(table.id(), table.alias().source().id()))
        .distinct()
        .toList();
  }
}
