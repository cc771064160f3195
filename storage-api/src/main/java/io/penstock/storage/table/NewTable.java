package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.storage.web.Params;
import io.penstock.warehouse.ColumnNames;
import java.util.HashSet;
import java.util.List;

/** The checked parameters of {@code tables-async} (chapter 2.4). */
record NewTable(String name, String displayName, List<String> primaryKey, CsvFormat csv) {
  private static final int MAX_KEY_TEXT = 255;

  static NewTable of(Params params) {
    String name = TableNames.name(params);
    String displayName = TableNames.displayName(params, name);
    RuleParams.checkNew(params);
    return new NewTable(name, displayName, primaryKey(params), CsvParams.ofNewTable(params));
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
