package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.table.Tables.Located;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Params;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Service;

/** Removes tables: locks are taken in the order bucket, table. */
@Service
class TableService {
  private final TableRows rows;
  private final Tables tables;
  private final Buckets buckets;
  private final Jobs jobs;
  private final Changes changes;
  private final Events events;
  private final Clock clock;

  TableService(
      TableRows rows,
      Tables tables,
      Buckets buckets,
      Jobs jobs,
      Changes changes,
      Events events,
      Clock clock) {
    this.rows = rows;
    this.tables = tables;
    this.buckets = buckets;
    this.jobs = jobs;
    this.changes = changes;
    this.events = events;
    this.clock = clock;
  }

  /** Hides the table now; its rows are dropped by a job that nobody sees. */
  void delete(Caller caller, String label) {
    Located found = tables.require(caller, label, Permission.WRITE);
    changes.commit(204, () -> jobs.acceptHidden(caller.projectId(), hide(found.table())));
  }

  /** Hides the table with the acceptance of the job that drops its rows. */
  Map<String, Object> deleteByJob(Caller caller, String label, Params params) {
    return jobs.submit(params, () -> hide(tables.require(caller, label, Permission.WRITE).table()));
  }

  private NewJob hide(DataTable table) {
    PlatformException gone = Tables.notFound(table.label(), table.projectId());
    buckets.lockForChange(table.bucketId());
    if (!rows.hide(table.id())) {
      throw gone;
    }
    jobs.endUnsentOfTable(table.id(), ErrorCode.TABLE_NOT_FOUND, gone.text());
    buckets.changed(table.bucketId(), clock.instant());
    events.append(
        Event.of("storage.tableDeleted", "Deleted table " + table.label(), table.object()));
    return new NewJob(
        TableDrops.OPERATION,
        Map.of("tableId", table.label(), "queue", "main"),
        new JobTask.DropTables(List.of(table.id())),
        table.label(),
        table.id(),
        table.bucketId(),
        null,
        NewJob.Lock.TABLE);
  }
}
