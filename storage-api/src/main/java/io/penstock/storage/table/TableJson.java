package io.penstock.storage.table;

import io.penstock.model.job.ColumnType;
import io.penstock.storage.access.Caller.ProjectFacts;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.BucketJson;
import io.penstock.storage.web.Included;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Timestamps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The contract's table object (chapter 2.4). */
final class TableJson {
  private TableJson() {}

  /** With every part; the bucket is absent only when it was removed meanwhile. */
  static Map<String, Object> detail(
      DataTable table, @Nullable Bucket bucket, ProjectFacts project, String baseUrl) {
    JsonFields json =
        core(table, baseUrl)
            .put("columns", table.columns())
            .put("attributes", List.of())
            .put("metadata", List.of())
            .put("columnMetadata", Map.of())
            .putIf(table.isTyped(), "definition", definition(table));
    if (bucket != null) {
      json.put("bucket", BucketJson.of(bucket, project, baseUrl).put("metadata", List.of()).map());
    }
    return json.map();
  }

  /** With the parts that were asked for; a part that was not is absent. */
  static Map<String, Object> listed(
      DataTable table, Bucket bucket, ProjectFacts project, String baseUrl, Included included) {
    boolean buckets =
        included.namesOrDefault("buckets") || included.names("bucketsWithoutSourceTables");
    return core(table, baseUrl)
        .putIf(included.names("columns"), "columns", table.columns())
        .putIf(included.namesOrDefault("attributes"), "attributes", List.of())
        .putIf(included.namesOrDefault("metadata"), "metadata", List.of())
        .putIf(included.names("columnMetadata"), "columnMetadata", Map.of())
        .putIf(buckets, "bucket", buckets ? BucketJson.of(bucket, project, baseUrl).map() : null)
        .map();
  }

  /** What was asked for when a typed table was made. */
  private static Map<String, Object> definition(DataTable table) {
    List<Map<String, Object>> columns = new ArrayList<>();
    for (int i = 0; i < table.types().size(); i++) {
      ColumnType type = table.types().get(i);
      columns.add(
          new JsonFields()
              .put("name", table.columns().get(i))
              .putAll(typeFields(type))
              .put("canBeFiltered", true)
              .map());
    }
    return new JsonFields()
        .put("primaryKeysNames", table.primaryKey())
        .put("columns", columns)
        .map();
  }

  /** A type as it was given. */
  static Map<String, Object> typeFields(ColumnType type) {
    return new JsonFields()
        .put(
            "definition",
            new JsonFields()
                .put("type", type.type())
                .put("length", type.length())
                .put("nullable", type.nullable())
                .put("default", type.defaultValue())
                .map())
        .put("basetype", type.base().name())
        .map();
  }

  private static JsonFields core(DataTable table, String baseUrl) {
    return new JsonFields()
        .put("uri", baseUrl + "/v2/storage/tables/" + table.label())
        .put("id", table.label())
        .put("name", table.name())
        .put("displayName", table.displayName())
        .put("transactional", false)
        .put("primaryKey", table.primaryKey())
        .put("indexType", null)
        .put("indexKey", List.of())
        .put("distributionType", null)
        .put("distributionKey", List.of())
        .put("syntheticPrimaryKeyEnabled", false)
        .put("indexedColumns", table.primaryKey())
        .put("created", Timestamps.format(table.created()))
        .put("lastImportDate", Timestamps.formatOrNull(table.lastImport()))
        .put("lastChangeDate", Timestamps.formatOrNull(table.lastChange()))
        .put("rowsCount", table.rows())
        .put("dataSizeBytes", table.bytes())
        .put("isAlias", false)
        .put("isAliasable", true)
        .put("isTyped", table.isTyped())
        .put("timestampType", "MANAGED")
        .put("tableType", "table")
        .put("path", table.projectId() + "." + table.label());
  }
}
