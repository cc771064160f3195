package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.LoadRules;
import io.penstock.storage.web.Params;

/** Reads what is special about a load (chapter 2.5). */
final class RuleParams {
  private RuleParams() {}

  /** Of a load into a table that is there. */
  static LoadRules ofLoad(Params params) {
    refuseTimestamp(params);
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
    return new LoadRules(partial, insert && incremental);
  }

  /** Of a load that makes its table. */
  static void checkNew(Params params) {
    refuseTimestamp(params);
    if (params.flag("dryRun", false)) {
      throw new PlatformException(
          ErrorCode.NOT_IMPLEMENTED,
          "dryRun is for loads into a table that is there, not for making one");
    }
  }

  /** A row's {@code _timestamp} is the time of its load: what asks for changes leans on that. */
  private static void refuseTimestamp(Params params) {
    if (params.flag("useTimestampFromDataFile", false)) {
      throw new PlatformException(
          ErrorCode.NOT_IMPLEMENTED,
          "useTimestampFromDataFile is not supported: _timestamp is the time of the load; leave the"
              + " parameter and the column out");
    }
  }
}
