package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.LoadRules;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.job.JobTask.RowsFrom;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import io.penstock.warehouse.ColumnNames;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** The checked parameters of {@code tables-async} (chapter 2.4). */
record NewTable(
    String name, String displayName, List<String> primaryKey, CsvFormat csv, LoadRules rules) {
  private static final int MAX_KEY_TEXT = 255;

  static NewTable of(Params params) {
    String name = TableNames.name(params);
    String displayName = TableNames.displayName(params, name);
    CsvFormat csv = CsvParams.ofNewTable(params);
    LoadRules rules = RuleParams.ofNewTable(params, csv);
    return new NewTable(name, displayName, primaryKey(params), csv, rules);
  }

  LoadTable task(long tableId, String label, RowsFrom source, CsvFormat format) {
    return new LoadTable(tableId, label, true, primaryKey, false, source, format, rules);
  }

  /** Beside what every load shows of itself. */
  Map<String, Object> shown() {
    return new JsonFields()
        .put("name", name)
        .put("displayName", displayName)
        .put("primaryKey", primaryKey)
        .putIf(rules.timesFromFile(), "useTimestampFromDataFile", true)
        .map();
  }

  private static List<String> primaryKey(Params params) {
    List<String> key = params.list("primaryKey").stream().filter(name -> !name.isEmpty()).toList();
    boolean usable =
        key.size() <= ColumnNames.MAX_KEY
            && new HashSet<>(key).size() == key.size()
            && key.stream().allMatch(name -> name.length() <= MAX_KEY_TEXT);
    if (!usable) {
      throw new PlatformException(
          ErrorCode.TABLE_INVALID_PRIMARY_KEY,
          "primaryKey names too many columns, or one of them twice");
    }
    return key;
  }
}
