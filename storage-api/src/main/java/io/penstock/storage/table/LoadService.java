package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.storage.access.Caller;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.table.Tables.Located;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Params;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Service;

/**
 * Accepts loads. What needs the object store is done first, outside of the transaction; everything
 * else inside of it, in the order bucket, table, file.
 */
@Service
class LoadService {
  private final TableRows rows;
  private final TableNames names;
  private final ObjectProvider<RowSource> others;
  private final Buckets buckets;
  private final LoadFiles files;
  private final Jobs jobs;

  /**
   * @param others looked up late: they accept jobs of tables themselves
   */
  LoadService(
      TableRows rows,
      TableNames names,
      ObjectProvider<RowSource> others,
      Buckets buckets,
      LoadFiles files,
      Jobs jobs) {
    this.rows = rows;
    this.names = names;
    this.others = others;
    this.buckets = buckets;
    this.files = files;
    this.jobs = jobs;
  }

  /** Reserves the name and accepts the load that makes the table. */
  Map<String, Object> create(Caller caller, Bucket bucket, LoadCall call) {
    if (call.bringsData()) {
      try (LoadFile file = files.brought(caller, call)) {
        return create(bucket, NewTable.of(call.params()), file, call.params());
      }
    }
    Params params = call.params();
    LoadSource source = LoadSource.of(params);
    if (!files.serves(source)) {
      return elsewhere(source).create(caller, bucket, source, params);
    }
    NewTable asked = NewTable.of(params);
    try (LoadFile file = files.of(caller, source)) {
      return create(bucket, asked, file, params);
    }
  }

  private Map<String, Object> create(Bucket bucket, NewTable asked, LoadFile file, Params params) {
    String label = bucket.label() + "." + asked.name();
    return submit(
        params,
        file,
        () -> {
          buckets.hold(bucket);
          long tableId = names.reserve(bucket, asked.name(), asked.displayName());
          Call.current().about("table", label, asked.name());
          return new NewJob(
              LoadJobs.CREATE,
              LoadJobs.params(params, file.reveal(), asked.csv(), asked.shown()),
              asked.task(tableId, label, file.file().source(), asked.csv()),
              label,
              tableId,
              bucket.id(),
              file.file().id(),
              NewJob.Lock.TABLE);
        });
  }

  /** Accepts a load into a table that is there, or its dry run. */
  Map<String, Object> load(Caller caller, Located into, LoadCall call) {
    into.table().refuseAlias(ErrorCode.ALIAS_IMPORT_NOT_ALLOWED);
    if (call.bringsData()) {
      try (LoadFile file = files.brought(caller, call)) {
        return load(into.table(), ExistingLoad.of(call.params()), file, call.params());
      }
    }
    Params params = call.params();
    LoadSource source = LoadSource.of(params);
    if (!files.serves(source)) {
      if (params.flag("dryRun", false)) {
        throw new PlatformException(
            ErrorCode.NOT_IMPLEMENTED, "dryRun is for files only, not for " + source.parameter());
      }
      return elsewhere(source).load(caller, into, source, params);
    }
    ExistingLoad asked = ExistingLoad.of(params);
    try (LoadFile file = files.of(caller, source)) {
      return load(into.table(), asked, file, params);
    }
  }

  private Map<String, Object> load(
      DataTable table, ExistingLoad asked, LoadFile file, Params params) {
    return submit(
        params,
        file,
        () -> {
          hold(table);
          Map<String, Object> shown =
              LoadJobs.params(params, file.reveal(), asked.csv(), asked.shown());
          LoadTable task = asked.task(table, file.file().source());
          return new NewJob(
              asked.dryRun() ? DryRunEndings.OPERATION : LoadJobs.IMPORT,
              shown,
              asked.dryRun() ? new JobTask.CheckLoad(task) : task,
              table.label(),
              table.id(),
              table.bucketId(),
              file.file().id(),
              asked.dryRun() ? NewJob.Lock.NONE : NewJob.Lock.TABLE);
        });
  }

  private Map<String, Object> submit(Params params, LoadFile file, Supplier<NewJob> job) {
    Map<String, Object> accepted = jobs.submit(params, job);
    file.accepted();
    return accepted;
  }

  private RowSource elsewhere(LoadSource source) {
    return others
        .orderedStream()
        .filter(each -> each.serves(source))
        .findFirst()
        .orElseThrow(
            () ->
                new PlatformException(
                    ErrorCode.NOT_IMPLEMENTED,
                    source.parameter() + " is not supported as a source of rows"));
  }

  private void hold(DataTable table) {
    if (!rows.holds(table.id())) {
      throw Tables.notFound(table.label(), table.projectId());
    }
  }
}
