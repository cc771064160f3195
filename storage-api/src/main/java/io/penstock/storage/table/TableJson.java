package io.penstock.storage.table;

import io.penstock.model.job.ColumnType;
import io.penstock.storage.web.Included;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Timestamps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The contract's table object (chapter 2.4). */
final class TableJson {
  private TableJson() {}

  /**
   * With every part.
   *
   * @param bucket null when it was removed meanwhile
   */
  static Map<String, Object> detail(
      DataTable table, @Nullable Map<String, Object> bucket, String baseUrl, TableParts parts) {
    return core(table, baseUrl)
        .put("columns", table.columns())
        .put("attributes", parts.attributesOf(table))
        .put("metadata", parts.metadataOf(table))
        .put("columnMetadata", parts.columnMetadataOf(table))
        .putIf(table.isTyped(), "definition", definition(table))
        .putIf(bucket != null, "bucket", bucket)
        .map();
  }

  /** With the parts that were asked for; a part that was not is absent. */
  static Map<String, Object> listed(
      DataTable table,
      Map<String, Object> bucket,
      String baseUrl,
      Included included,
      TableParts parts) {
    boolean withBucket =
        included.namesOrDefault("buckets") || included.names("bucketsWithoutSourceTables");
    return core(table, baseUrl)
        .putIf(included.names("columns"), "columns", table.columns())
        .putIf(included.namesOrDefault("attributes"), "attributes", parts.attributesOf(table))
        .putIf(included.namesOrDefault("metadata"), "metadata", parts.metadataOf(table))
        .putIf(included.names("columnMetadata"), "columnMetadata", parts.columnMetadataOf(table))
        .putIf(withBucket, "bucket", bucket)
        .map();
  }

  /** Those of the primary key first. */
  private static List<String> indexed(DataTable table) {
    return Stream.concat(table.primaryKey().stream(), table.indexedColumns().stream())
        .distinct()
        .toList();
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
        .put("indexedColumns", indexed(table))
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
