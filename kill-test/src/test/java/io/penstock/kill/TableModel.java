package io.penstock.kill;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a table should hold: the last row of a key, or every row where there is no key. */
final class TableModel {
  private final List<String> columns;
  private final List<String> key;
  private final Map<List<String>, List<String>> keyed = new LinkedHashMap<>();
  private final List<List<String>> appended = new ArrayList<>();

  TableModel(List<String> columns, List<String> key) {
    this.columns = List.copyOf(columns);
    this.key = List.copyOf(key);
  }

  List<String> columns() {
    return columns;
  }

  List<String> key() {
    return key;
  }

  void full(List<List<String>> rows) {
    keyed.clear();
    appended.clear();
    incremental(rows);
  }

  void incremental(List<List<String>> rows) {
    if (key.isEmpty()) {
      appended.addAll(rows);
    } else {
      rows.forEach(row -> keyed.put(keyOf(row), row));
    }
  }

  int size() {
    return key.isEmpty() ? appended.size() : keyed.size();
  }

  List<List<String>> rows() {
    return key.isEmpty() ? List.copyOf(appended) : List.copyOf(keyed.values());
  }

  private List<String> keyOf(List<String> row) {
    return key.stream().map(name -> row.get(columns.indexOf(name))).toList();
  }

  /** How the rows differ from these, for a person; empty: not at all, whatever their order. */
  String difference(List<List<String>> actual) {
    Map<List<String>, Integer> balance = new HashMap<>();
    rows().forEach(row -> balance.merge(row, 1, Integer::sum));
    actual.forEach(row -> balance.merge(row, -1, Integer::sum));
    balance.values().removeIf(count -> count == 0);
    if (balance.isEmpty()) {
      return "";
    }
    int missing = balance.values().stream().filter(count -> count > 0).mapToInt(c -> c).sum();
    int surplus = -balance.values().stream().filter(count -> count < 0).mapToInt(c -> c).sum();
    return "%d rows missing, %d too many, such as %s"
        .formatted(missing, surplus, balance.entrySet().stream().limit(4).toList());
  }
}
