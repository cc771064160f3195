package io.penstock.storage.table;

import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.job.JobTask.WorkspaceSource;
import io.penstock.storage.access.Caller;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.table.LoadSource.FromWorkspace;
import io.penstock.storage.table.Tables.Located;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Service;

/**
 * Accepts loads from tables and views of workspaces. {@code columns} chooses among the columns
 * there; those of the table are matched to them letter by letter.
 */
@Service
class LoadFromWorkspace implements RowSource {
  private final ReadableWorkspaces workspaces;
  private final TableRows rows;
  private final TableNames names;
  private final Buckets buckets;
  private final Jobs jobs;

  LoadFromWorkspace(
      ReadableWorkspaces workspaces, TableRows rows, TableNames names, Buckets buckets, Jobs jobs) {
    this.workspaces = workspaces;
    this.rows = rows;
    this.names = names;
    this.buckets = buckets;
    this.jobs = jobs;
  }

  @Override
  public boolean serves(LoadSource source) {
    return source instanceof FromWorkspace;
  }

  @Override
  public Map<String, Object> create(
      Caller caller, Bucket bucket, LoadSource source, Params params) {
    FromWorkspace from = (FromWorkspace) source;
    byte[] login = workspaces.login(caller, from.workspaceId());
    NewTable asked = NewTable.of(params);
    RuleParams.requireTimesOfLoad(asked.rules(), source.parameter());
    String label = bucket.label() + "." + asked.name();
    CsvFormat csv = format(asked.csv());
    return jobs.submit(
        params,
        () -> {
          workspaces.hold(from.workspaceId());
          buckets.hold(bucket);
          long tableId = names.reserve(bucket, asked.name(), asked.displayName());
          Call.current().about("table", label, asked.name());
          return job(
              LoadJobs.CREATE,
              LoadJobs.params(params, shown(from), csv, asked.shown()),
              asked.task(tableId, label, rowsOf(from, params), csv),
              bucket.id(),
              from,
              login);
        });
  }

  @Override
  public Map<String, Object> load(Caller caller, Located into, LoadSource source, Params params) {
    FromWorkspace from = (FromWorkspace) source;
    byte[] login = workspaces.login(caller, from.workspaceId());
    ExistingLoad asked = ExistingLoad.of(params);
    RuleParams.requireTimesOfLoad(asked.rules(), source.parameter());
    DataTable table = into.table();
    CsvFormat csv = format(asked.csv());
    return jobs.submit(
        params,
        () -> {
          workspaces.hold(from.workspaceId());
          if (!rows.holds(table.id())) {
            throw Tables.notFound(table.label(), table.projectId());
          }
          return job(
              LoadJobs.IMPORT,
              LoadJobs.params(params, shown(from), csv, asked.shown()),
              new LoadTable(
                  table.id(),
                  table.label(),
                  false,
                  List.of(),
                  asked.incremental(),
                  rowsOf(from, params),
                  csv,
                  asked.rules()),
              table.bucketId(),
              from,
              login);
        });
  }

  private static NewJob job(
      String operation,
      Map<String, Object> params,
      LoadTable task,
      long bucketId,
      FromWorkspace from,
      byte[] login) {
    return new NewJob(
        operation,
        params,
        task,
        task.label(),
        task.tableId(),
        bucketId,
        null,
        from.workspaceId(),
        login,
        NewJob.Lock.TABLE);
  }

  /** As the worker writes it, whatever the caller says of files. */
  private static CsvFormat format(CsvFormat asked) {
    return new CsvFormat(
        ",", "\"", "", List.of(), JobTask.CsvFormat.Header.FIRST_LINE, null, asked.nullValue());
  }

  private static WorkspaceSource rowsOf(FromWorkspace from, Params params) {
    return new WorkspaceSource(from.workspaceId(), from.object(), params.list("columns"));
  }

  private static Map<String, Object> shown(FromWorkspace from) {
    return new JsonFields()
        .put("type", "workspace")
        .put("workspaceId", Long.toString(from.workspaceId()))
        .put("dataObject", from.object())
        .map();
  }
}
