package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.file.Files;
import io.penstock.storage.file.StoredFile;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.table.LoadSource.FromFile;
import io.penstock.storage.table.Tables.Located;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Service;

/**
 * Accepts what changes tables. What needs the object store is checked first, outside of the
 * transaction; everything else inside of it, in the order bucket, table, file.
 */
@Service
class TableService {
  private final TableRows rows;
  private final TableNames names;
  private final ObjectProvider<RowSource> others;
  private final Tables tables;
  private final Buckets buckets;
  private final Files files;
  private final Jobs jobs;

  /**
   * @param others looked up late: they accept jobs of tables themselves
   */
  TableService(
      TableRows rows,
      TableNames names,
      ObjectProvider<RowSource> others,
      Tables tables,
      Buckets buckets,
      Files files,
      Jobs jobs) {
    this.rows = rows;
    this.names = names;
    this.others = others;
    this.tables = tables;
    this.buckets = buckets;
    this.files = files;
    this.jobs = jobs;
  }

  /** Reserves the name and accepts the load that makes the table. */
  Map<String, Object> create(Caller caller, String bucketLabel, Params params) {
    Bucket bucket = buckets.require(caller, bucketLabel, Permission.WRITE);
    LoadSource source = LoadSource.of(params);
    return source instanceof FromFile(long fileId)
        ? createFromFile(caller, bucket, fileId, params)
        : elsewhere(source).create(caller, bucket, source, params);
  }

  private Map<String, Object> createFromFile(
      Caller caller, Bucket bucket, long fileId, Params params) {
    NewTable asked = NewTable.of(params);
    StoredFile file = uploaded(caller, fileId);
    String label = bucket.label() + "." + asked.name();
    return jobs.submit(
        params,
        () -> {
          buckets.hold(bucket);
          long tableId = names.reserve(bucket, asked.name(), asked.displayName());
          Call.current().about("table", label, asked.name());
          return new NewJob(
              LoadJobs.CREATE,
              LoadJobs.params(
                  params,
                  file,
                  asked.csv(),
                  Map.of(
                      "name", asked.name(),
                      "displayName", asked.displayName(),
                      "primaryKey", asked.primaryKey())),
              new JobTask.LoadTable(
                  tableId, label, true, asked.primaryKey(), false, file.source(), asked.csv()),
              label,
              tableId,
              bucket.id(),
              file.id(),
              NewJob.Lock.TABLE);
        });
  }

  /** Accepts a load into a table that is there. */
  Map<String, Object> load(Caller caller, String label, Params params) {
    Located into = tables.require(caller, label, Permission.WRITE);
    into.table().refuseAlias(ErrorCode.ALIAS_IMPORT_NOT_ALLOWED);
    LoadSource source = LoadSource.of(params);
    return source instanceof FromFile(long fileId)
        ? loadFromFile(caller, into.table(), fileId, params)
        : elsewhere(source).load(caller, into, source, params);
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

  private Map<String, Object> loadFromFile(
      Caller caller, DataTable table, long fileId, Params params) {
    CsvParams.checkOptions(params);
    CsvFormat csv = CsvParams.ofLoad(params);
    StoredFile file = uploaded(caller, fileId);
    return jobs.submit(
        params,
        () -> {
          hold(table);
          return new NewJob(
              LoadJobs.IMPORT,
              LoadJobs.params(params, file, csv, Map.of()),
              new JobTask.LoadTable(
                  table.id(),
                  table.label(),
                  false,
                  List.of(),
                  params.flag("incremental", false),
                  file.source(),
                  csv),
              table.label(),
              table.id(),
              table.bucketId(),
              file.id(),
              NewJob.Lock.TABLE);
        });
  }

  private StoredFile uploaded(Caller caller, long fileId) {
    StoredFile file = files.requireReadable(caller, fileId);
    files.requireUploaded(file);
    return file;
  }

  private void hold(DataTable table) {
    if (!rows.holds(table.id())) {
      throw Tables.notFound(table.label(), table.projectId());
    }
  }
}
