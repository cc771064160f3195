package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.job.JobTask;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Service;

/**
 * Accepts undoing. What stands against it is said at once where the jobs tell; the worker asks
 * again behind the catalogue's lock, because other jobs may come first.
 */
@Service
class UndoService {
  static final String OPERATION = "tableImportUndo";
  static final String UNDONE = "undoneJobId";

  /** So many changes back is a full load looked for. */
  private static final int LOOK_BACK = 50;

  private final AliasedColumns aliased;
  private final Tables tables;
  private final Jobs jobs;

  UndoService(AliasedColumns aliased, Tables tables, Jobs jobs) {
    this.aliased = aliased;
    this.tables = tables;
    this.jobs = jobs;
  }

  Map<String, Object> undo(Caller caller, String label, Params params) {
    DataTable table = tables.require(caller, label, Permission.WRITE).table();
    table.refuseAlias(ErrorCode.ALIAS_IMPORT_NOT_ALLOWED);
    return jobs.submit(
        params,
        () -> {
          List<String> needed = aliased.lock(table);
          long load = LastLoad.require(table.label(), jobs.writesOf(table.id(), LOOK_BACK));
          return new NewJob(
              OPERATION,
              Map.of(UNDONE, load, "queue", "main"),
              new JobTask.UndoImport(table.id(), table.label(), load, needed),
              table.label(),
              table.id(),
              table.bucketId(),
              null,
              NewJob.Lock.TABLE);
        });
  }
}
