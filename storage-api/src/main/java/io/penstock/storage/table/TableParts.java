package io.penstock.storage.table;

import io.penstock.storage.web.JsonFields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What table objects show beside the table's row, by table id; a table without any is absent. Read
 * for a whole list at once. What stands beside a lender's table is shown as its source's only.
 *
 * @param sourceMetadata whether aliases show that of their sources, too
 * @param sourceColumnMetadata whether aliases show that of their sources' columns, too
 */
record TableParts(
    Map<Long, List<Map<String, Object>>> attributes,
    Map<Long, List<Map<String, Object>>> metadata,
    Map<Long, Map<String, List<Map<String, Object>>>> columnMetadata,
    boolean sourceMetadata,
    boolean sourceColumnMetadata) {

  List<Map<String, Object>> attributesOf(DataTable table) {
    return attributes.getOrDefault(table.id(), List.of());
  }

  List<Map<String, Object>> metadataOf(DataTable table) {
    return metadata.getOrDefault(table.id(), List.of());
  }

  Map<String, List<Map<String, Object>>> columnMetadataOf(DataTable table) {
    return columnMetadata.getOrDefault(table.id(), Map.of());
  }

  /** What an alias shows of its source; of the columns that it shows, and no others. */
  Map<String, Object> ofSource(DataTable table, Alias alias) {
    long source = alias.source().id();
    Map<String, List<Map<String, Object>>> columns = new LinkedHashMap<>();
    if (sourceColumnMetadata) {
      columns.putAll(columnMetadata.getOrDefault(source, Map.of()));
      columns.keySet().retainAll(table.columns());
    }
    return new JsonFields()
        .put("columnMetadata", columns)
        .putIf(sourceMetadata, "metadata", metadata.getOrDefault(source, List.of()))
        .map();
  }
}
