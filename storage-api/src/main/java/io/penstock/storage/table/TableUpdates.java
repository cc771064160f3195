package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.job.DoneJob;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.table.Tables.Located;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Params;
import java.util.Map;
import org.springframework.stereotype.Service;

/** Changes what tables are called. */
@Service
class TableUpdates {
  static final String OPERATION = "tableUpdate";

  private final TableRows rows;
  private final Buckets buckets;
  private final TableViews views;
  private final Jobs jobs;
  private final Changes changes;
  private final Events events;

  TableUpdates(
      TableRows rows,
      Buckets buckets,
      TableViews views,
      Jobs jobs,
      Changes changes,
      Events events) {
    this.rows = rows;
    this.buckets = buckets;
    this.views = views;
    this.jobs = jobs;
    this.changes = changes;
    this.events = events;
  }

  /** The only thing that can be changed so far. */
  static String displayName(Params params) {
    if (params.has("selectSql")) {
      throw new PlatformException(
          ErrorCode.NOT_IMPLEMENTED, "selectSql: aliases by SQL are not implemented");
    }
    String displayName = params.text("displayName");
    if (displayName == null) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION, "Invalid data - displayName: It is required.");
    }
    return TableNames.checkedDisplayName(displayName);
  }

  /** Gives the table another display name; returns it as its detail shows it. */
  Map<String, Object> rename(Caller caller, Located found, String displayName) {
    return changes.commit(200, () -> renamed(caller, found, displayName));
  }

  /** The same as a job, which ends at once. */
  Map<String, Object> renameByJob(Caller caller, Located found, String displayName, Params params) {
    DataTable table = found.table();
    return jobs.submitDone(
        params,
        () ->
            new DoneJob(
                OPERATION,
                Map.of("tableId", table.label(), "displayName", displayName, "queue", "main_fast"),
                table.label(),
                table.id(),
                table.bucketId(),
                renamed(caller, found, displayName)));
  }

  /** Behind the bucket's lock, because a name may be given once a bucket. */
  private Map<String, Object> renamed(Caller caller, Located found, String displayName) {
    DataTable table = found.table();
    buckets.lockForChange(table.bucketId());
    rows.otherWithDisplayName(table, displayName)
        .ifPresent(
            other -> {
              throw new PlatformException(
                  ErrorCode.TABLE_EXISTS,
                  "The table \"%s\" in the bucket already has the same display name \"%s\"."
                      .formatted(other, displayName));
            });
    if (!rows.rename(table.id(), displayName)) {
      throw Tables.notFound(table.label(), table.projectId());
    }
    events.append(
        Event.of("storage.tableUpdated", "Updated table " + table.label(), table.object())
            .with(Map.of("displayName", displayName)));
    DataTable renamed = rows.findAny(table.projectId(), table.id()).orElseThrow();
    Bucket bucket = found.bucket();
    return views.detail(renamed, bucket, caller.project(), Call.current().baseUrl());
  }
}
