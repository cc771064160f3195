package io.penstock.storage.bucket;

import io.penstock.storage.access.Caller;
import io.penstock.storage.metadata.Kind;
import io.penstock.storage.metadata.Metadata;
import io.penstock.storage.web.Included;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Timestamps;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What is shared with a caller, as {@code shared-buckets} lists it; each part of the whole list
 * comes by one query. Thread-safe.
 */
@Component
class SharedBuckets {
  private final SharingRows rows;
  private final BucketRows buckets;
  private final Metadata metadata;
  private final JdbcClient jdbc;

  SharedBuckets(SharingRows rows, BucketRows buckets, Metadata metadata, JdbcClient jdbc) {
    this.rows = rows;
    this.buckets = buckets;
    this.metadata = metadata;
    this.jdbc = jdbc;
  }

  private record Lender(String name, String backend) {}

  List<Map<String, Object>> list(Caller caller, Included included) {
    List<Bucket> shared = buckets.ofAll(rows.sharedWith(caller));
    List<Long> ids = shared.stream().map(Bucket::id).toList();
    Map<Long, Lender> lenders =
        lenders(shared.stream().map(Bucket::projectId).collect(Collectors.toSet()));
    Map<Long, List<Map<String, Object>>> tables = tables(ids);
    Map<Long, List<SharingRows.Named>> named = rows.named(ids);
    Map<Long, List<Map<String, Object>>> metadataOf =
        included.names("metadata") ? metadata.ofAll(Kind.BUCKET, ids) : Map.of();
    return shared.stream()
        .map(
            bucket ->
                item(bucket, Objects.requireNonNull(lenders.get(bucket.projectId())))
                    .put("tables", tables.getOrDefault(bucket.id(), List.of()))
                    .put(
                        "sharingParameters",
                        SharingService.parametersJson(named.getOrDefault(bucket.id(), List.of())))
                    .putIf(
                        included.names("metadata"),
                        "metadata",
                        metadataOf.getOrDefault(bucket.id(), List.of()))
                    .map())
        .toList();
  }

  private static JsonFields item(Bucket bucket, Lender lender) {
    Bucket.Shared shared = Objects.requireNonNull(bucket.shared());
    return new JsonFields()
        .put("id", bucket.label())
        .put("name", bucket.name())
        .put("displayName", bucket.displayName())
        .put("stage", bucket.stage())
        .put("description", bucket.description())
        .put("sharing", shared.sharing())
        .put("created", Timestamps.format(bucket.created()))
        .put("lastChangeDate", Timestamps.formatOrNull(bucket.lastChange()))
        .put("updated", Timestamps.formatOrNull(bucket.updated()))
        .put("dataSizeBytes", bucket.bytes())
        .put("rowsCount", bucket.rows())
        .put("backend", lender.backend())
        .put(
            "project",
            new JsonFields().put("id", bucket.projectId()).put("name", lender.name()).map())
        .put("sharedBy", BucketJson.sharedBy(shared))
        .put("owner", bucket.owner() == null ? null : BucketJson.owner(bucket.owner()))
        .put("color", bucket.color());
  }

  private Map<Long, Lender> lenders(Collection<Long> projects) {
    Map<Long, Lender> found = new LinkedHashMap<>();
    jdbc.sql("SELECT id, name, backend_label FROM project WHERE id = ANY(:ids)")
        .param("ids", projects.toArray(Long[]::new))
        .query(
            rs -> {
              found.put(rs.getLong(1), new Lender(rs.getString(2), rs.getString(3)));
            });
    return found;
  }

  /** Without aliases of tables that other projects lent: those are not lent on. */
  private Map<Long, List<Map<String, Object>>> tables(Collection<Long> buckets) {
    Map<Long, List<Map<String, Object>>> found = new LinkedHashMap<>();
    jdbc.sql(
            """
            SELECT t.bucket_id, b.stage || '.' || b.name || '.' || t.name AS label, t.name, t.display_name
            FROM data_table t JOIN bucket b ON b.id = t.bucket_id
            WHERE t.bucket_id = ANY(:ids) AND t.state = 'READY' AND t.link_id IS NULL ORDER BY t.id
            """)
        .param("ids", buckets.toArray(Long[]::new))
        .query(
            rs -> {
              found
                  .computeIfAbsent(rs.getLong("bucket_id"), _ -> new ArrayList<>())
                  .add(
                      new JsonFields()
                          .put("id", rs.getString("label"))
                          .put("name", rs.getString("name"))
                          .put("displayName", rs.getString("display_name"))
                          .map());
            });
    return found;
  }
}
