package io.penstock.storage.table;

import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.FileSource;
import io.penstock.model.job.JobTask.LoadRules;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;

/**
 * The checked parameters of {@code import} and {@code import-async} (chapter 2.5).
 *
 * @param dryRun only find out what it would do
 */
record ExistingLoad(CsvFormat csv, LoadRules rules, boolean incremental, boolean dryRun) {

  static ExistingLoad of(Params params) {
    CsvFormat csv = CsvParams.ofLoad(params);
    return new ExistingLoad(
        csv,
        RuleParams.ofLoad(params, csv),
        params.flag("incremental", false),
        params.flag("dryRun", false));
  }

  LoadTable task(DataTable table, FileSource source) {
    return new LoadTable(
        table.id(), table.label(), false, List.of(), incremental, source, csv, rules);
  }

  /** Beside what every load shows of itself. */
  Map<String, Object> shown() {
    return new JsonFields()
        .putIf(rules.insertOnly(), "deduplicationStrategy", "insert")
        .putIf(rules.timesFromFile(), "useTimestampFromDataFile", true)
        .putIf(dryRun, "dryRun", true)
        .map();
  }
}
