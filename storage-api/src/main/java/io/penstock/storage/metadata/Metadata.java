package io.penstock.storage.metadata;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Service;

/**
 * Metadata of buckets, tables, columns and the branch, as the contract shows it (chapter 2.12).
 * Whoever asks has checked the caller's rights. Thread-safe.
 */
@Service
public class Metadata {
  private final MetadataRows rows;
  private final Clock clock;

  Metadata(MetadataRows rows, Clock clock) {
    this.rows = rows;
    this.clock = clock;
  }

  /** All of one object's, without that of its columns. */
  public List<Map<String, Object>> of(Kind kind, long id) {
    return json(rows.ofObjects(kind, List.of(id)));
  }

  /** All of one column's. */
  public List<Map<String, Object>> ofColumn(long tableId, String column) {
    return json(rows.ofColumn(tableId, column));
  }

  /** By object; one without any is absent. */
  public Map<Long, List<Map<String, Object>>> ofAll(Kind kind, Collection<Long> ids) {
    return rows.ofObjects(kind, ids).stream()
        .collect(
            Collectors.groupingBy(
                MetadataItem::objectId,
                Collectors.mapping(MetadataItem::json, Collectors.toList())));
  }

  /** By table and column; a table or column without any is absent. */
  public Map<Long, Map<String, List<Map<String, Object>>>> ofColumns(Collection<Long> tableIds) {
    return rows.ofColumns(tableIds).stream()
        .collect(
            Collectors.groupingBy(
                MetadataItem::objectId,
                Collectors.groupingBy(
                    MetadataItem::column,
                    LinkedHashMap::new,
                    Collectors.mapping(MetadataItem::json, Collectors.toList()))));
  }

  /** Tables of the project that have such an item, or a column with one. */
  public Set<Long> tablesWith(long projectId, MetadataMatch match) {
    return Set.copyOf(rows.tablesWith(projectId, match));
  }

  /**
   * Sets items in the transaction at hand, which keeps the object from being removed. An item that
   * is there keeps its id and gets a new timestamp, whether its value changes or not.
   */
  public void set(long projectId, Kind kind, long id, List<MetadataEntry> entries) {
    rows.lock(kind, id);
    rows.upsert(projectId, kind, id, entries, clock.instant());
  }

  /**
   * Removes an item in the transaction at hand.
   *
   * @param column empty: of the object itself
   * @param item the id as it came
   * @throws PlatformException {@code METADATA_NOT_FOUND}
   */
  public void remove(Kind kind, long id, String column, String item) {
    if (!rows.delete(kind, id, column, number(item))) {
      throw new PlatformException(
          ErrorCode.METADATA_NOT_FOUND, "The supplied metadata ID was not found");
    }
  }

  private static long number(String item) {
    try {
      return Long.parseLong(item);
    } catch (NumberFormatException none) {
      return 0;
    }
  }

  private static List<Map<String, Object>> json(List<MetadataItem> items) {
    return items.stream().map(MetadataItem::json).toList();
  }
}
