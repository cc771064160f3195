package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.CsvFormat.Header;
import io.penstock.model.job.JobTask.LoadRules;
import io.penstock.storage.web.Params;

/** Reads what is special about a load (chapter 2.5). */
final class RuleParams {
  private RuleParams() {}

  /** Of a load into a table that is there. */
  static LoadRules ofLoad(Params params, CsvFormat csv) {
    boolean incremental = params.flag("incremental", false);
    boolean partial = params.flag("partial", false);
    if (partial && !incremental) {
      throw new PlatformException(
          ErrorCode.VALIDATION,
          "partial needs incremental: a full load replaces every row with all its columns");
    }
    boolean insert =
        switch (params.text("deduplicationStrategy", "upsert")) {
          case "upsert", "" -> false;
          case "insert" -> true;
          default ->
              throw new PlatformException(
                  ErrorCode.VALIDATION, "deduplicationStrategy must be upsert or insert");
        };
    return new LoadRules(partial, insert && incremental, timesFromFile(params, csv));
  }

  /** Of a load that makes its table. */
  static LoadRules ofNewTable(Params params, CsvFormat csv) {
    if (params.flag("dryRun", false)) {
      throw new PlatformException(
          ErrorCode.NOT_IMPLEMENTED,
          "dryRun is for loads into a table that is there, not for making one");
    }
    return new LoadRules(false, false, timesFromFile(params, csv));
  }

  /** The rows of a workspace get the time of the load. */
  static void requireTimesOfLoad(LoadRules rules, String source) {
    if (rules.timesFromFile()) {
      throw new PlatformException(
          ErrorCode.NOT_IMPLEMENTED,
          "useTimestampFromDataFile is for files only, not for " + source);
    }
  }

  /** Whether the file says the rows' {@code _timestamp}; the column is found by its name only. */
  private static boolean timesFromFile(Params params, CsvFormat csv) {
    boolean asked = params.flag("useTimestampFromDataFile", false);
    if (asked && csv.header() == Header.TABLE_ORDER) {
      throw new PlatformException(
          ErrorCode.VALIDATION,
          "useTimestampFromDataFile needs the file's columns by name: give columns, or a file with"
              + " a header line, without withoutHeaders and ignoredLinesCount");
    }
    return asked;
  }
}
