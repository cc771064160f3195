package io.penstock.storage.table;

import io.penstock.model.job.ColumnType;
import io.penstock.storage.web.Included;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Timestamps;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
        .put("gdName", table.name().toLowerCase(Locale.ROOT).replace('-', '_'))
        .putAll(alias(table, baseUrl, parts))
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
        .putAll(alias(table, baseUrl, parts))
        .putIf(included.names("columns"), "columns", table.columns())
        .putIf(included.namesOrDefault("attributes"), "attributes", parts.attributesOf(table))
        .putIf(included.namesOrDefault("metadata"), "metadata", parts.metadataOf(table))
        .putIf(included.names("columnMetadata"), "columnMetadata", parts.columnMetadataOf(table))
        .putIf(withBucket, "bucket", bucket)
        .map();
  }

  /** What only aliases have (chapter 2.11). */
  private static Map<String, Object> alias(DataTable table, String baseUrl, TableParts parts) {
    Alias alias = table.alias();
    if (alias == null) {
      return Map.of();
    }
    Alias.Source source = alias.source();
    return new JsonFields()
        .put("aliasColumnsAutoSync", alias.autoSync())
        .putIf(alias.ownFilter() != null, "aliasFilter", AliasFilter.json(alias.ownFilter()))
        .put(
            "sourceTable",
            new JsonFields()
                .put("id", source.label())
                .put("uri", baseUrl + "/v2/storage/tables/" + source.label())
                .put("name", source.name())
                .put("isAlias", source.alias())
                .put(
                    "project",
                    new JsonFields()
                        .put("id", source.projectId())
                        .put("name", source.projectName())
                        .map())
                .putAll(parts.ofSource(table, alias))
                .map())
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
        .put("rowsCount", table.isFiltered() ? null : table.rows())
        .put("dataSizeBytes", table.isFiltered() ? null : table.bytes())
        .put("isAlias", table.isAlias())
        .put("isAliasable", table.alias() == null || table.alias().isWhole())
        .put("isTyped", table.isTyped())
        .put("timestampType", "MANAGED")
        .put("tableType", table.isAlias() ? "alias" : "table")
        .put("path", table.projectId() + "." + table.label());
  }
}
