package io.penstock.storage.table;

import java.util.List;
import java.util.Map;

/**
 * What table objects show beside the table's row, by table id; a table without any is absent. Read
 * for a whole list at once.
 */
record TableParts(
    Map<Long, List<Map<String, Object>>> attributes,
    Map<Long, List<Map<String, Object>>> metadata,
    Map<Long, Map<String, List<Map<String, Object>>>> columnMetadata) {

  List<Map<String, Object>> attributesOf(DataTable table) {
    return attributes.getOrDefault(table.id(), List.of());
  }

  List<Map<String, Object>> metadataOf(DataTable table) {
    return metadata.getOrDefault(table.id(), List.of());
  }

  Map<String, List<Map<String, Object>>> columnMetadataOf(DataTable table) {
    return columnMetadata.getOrDefault(table.id(), Map.of());
  }
}
