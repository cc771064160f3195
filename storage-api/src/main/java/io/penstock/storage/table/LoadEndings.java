package io.penstock.storage.table;

import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.LoadReceipt;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.job.JobEnding;
import io.penstock.storage.job.JobReceipt;
import io.penstock.storage.web.Addresses;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.JsonFields;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The ends of {@code tableCreate} and {@code tableImport}. A creation that failed gives its name
 * back.
 */
@Component
class LoadEndings implements JobEnding {
  private final TableStates states;
  private final TableRows rows;
  private final Buckets buckets;
  private final TableViews views;
  private final Events events;
  private final List<ImportObserver> observers;

  LoadEndings(
      TableStates states,
      TableRows rows,
      Buckets buckets,
      TableViews views,
      Events events,
      List<ImportObserver> observers) {
    this.states = states;
    this.rows = rows;
    this.buckets = buckets;
    this.views = views;
    this.events = events;
    this.observers = observers;
  }

  @Override
  public boolean handles(String operation) {
    return operation.equals(LoadJobs.CREATE) || operation.equals(LoadJobs.IMPORT);
  }

  @Override
  public @Nullable Map<String, Object> end(EndedJob job, JobOutcome outcome) {
    boolean creates = job.operation().equals(LoadJobs.CREATE);
    states.apply(job, outcome);
    if (outcome.status() != Status.SUCCESS) {
      if (creates && job.tableId() != null) {
        rows.release(job.origin().projectId(), job.tableId());
      }
      started(job);
      failed(job, outcome);
      return null;
    }
    LoadReceipt load = Objects.requireNonNull(outcome.load(), "a successful load has a receipt");
    if (creates) {
      events.append(
          job.origin(),
          Event.of("storage.tableCreated", "Created table " + job.tableLabel(), object(job))
              .with(LoadJobs.eventParams(job.params())));
    }
    started(job);
    Map<String, Object> results = imported(load);
    done(job, outcome, load, results);
    observers.forEach(observer -> observer.imported(job));
    return creates ? created(job) : results;
  }

  /** The contract's results of an import. */
  private static Map<String, Object> imported(LoadReceipt load) {
    return new JsonFields()
        .put("warnings", List.of())
        .put("transaction", "")
        .put("importedColumns", load.columns())
        .put("importedRowsCount", load.recordsRead())
        .put("totalRowsCount", load.rowsAfter())
        .put("totalDataSizeBytes", load.bytesAfter())
        .put(
            "timers",
            List.of(
                new JsonFields()
                    .put("name", "import")
                    .put("durationSeconds", load.seconds())
                    .map()))
        .put("status", "ok")
        .map();
  }

  /** The table as its detail shows it. */
  private @Nullable Map<String, Object> created(EndedJob job) {
    long project = job.origin().projectId();
    return rows.findAny(project, Objects.requireNonNull(job.tableId()))
        .map(
            table -> {
              @Nullable Bucket bucket = buckets.find(project, table.bucketId()).orElse(null);
              return views.detail(table, bucket, rows.project(project), Addresses.STORED);
            })
        .orElse(null);
  }

  private void started(EndedJob job) {
    events.append(
        job.origin(),
        Event.of(
                "storage.tableImportStarted",
                "Started import into table " + job.tableLabel(),
                object(job))
            .with(LoadJobs.eventParams(job.params()))
            .attaching(attachments(job)));
  }

  /** The record that vouches for the receipt: it holds the receipt's hash. */
  private void done(
      EndedJob job, JobOutcome outcome, LoadReceipt load, Map<String, Object> results) {
    String digest = JobReceipt.sha256(JobReceipt.of(load, outcome.workerVersion()));
    events.append(
        job.origin(),
        Event.of("storage.tableImportDone", "Imported table " + job.tableLabel(), object(job))
            .as("success")
            .with(LoadJobs.eventParams(job.params()))
            .resulting(
                new JsonFields()
                    .putAll(results)
                    .put("receipt", Map.of("jobId", job.id(), "sha256", digest))
                    .map())
            .attaching(attachments(job))
            .lasting(Math.round(load.seconds() * 1000)),
        Objects.requireNonNull(load.recordId(), "a receipt names its record"));
  }

  private void failed(EndedJob job, JobOutcome outcome) {
    JobError error = outcome.error();
    events.append(
        job.origin(),
        Event.of(
                "storage.tableImportError",
                "Import into table %s failed: %s"
                    .formatted(job.tableLabel(), error == null ? "" : error.message()),
                object(job))
            .as("error")
            .with(LoadJobs.eventParams(job.params()))
            .resulting(TableEvents.error(error))
            .attaching(attachments(job)));
  }

  private static List<Long> attachments(EndedJob job) {
    return job.fileId() == null ? List.of() : List.of(job.fileId());
  }

  private static AuditObject object(EndedJob job) {
    return TableEvents.object(job);
  }
}
