package io.penstock.storage.job;

import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.audit.AuditRecord.Kind;
import io.penstock.model.audit.AuditRecord.Outcome;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.JobMetrics;
import io.penstock.model.job.JobOutcome.LoadReceipt;
import io.penstock.storage.record.RecordIds;
import io.penstock.storage.record.Records;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Events.Origin;
import io.penstock.storage.web.MaskedValues;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Records that a job was accepted, started, and ended, each once and in the transaction of that
 * change, in its creator's name; jobs that no caller sees as well.
 */
@Component
class JobRecords {
  private final Records records;
  private final Clock clock;

  JobRecords(Records records, Clock clock) {
    this.records = records;
    this.clock = clock;
  }

  void accepted(long id, NewJob job, Origin origin) {
    Map<String, Object> params = new LinkedHashMap<>(MaskedValues.bounded(job.params()));
    putAbout(params, job.tableLabel(), job.fileId());
    if (Call.isPresent()) {
      params.put("call", Call.current().recordId().toString());
    }
    append(origin, "accepted", object(id, job.operation()), new State(null, 0, params, Map.of()));
  }

  void started(JobRow job, JobOutcome outcome) {
    Map<String, Object> params = about(job);
    params.put("worker", outcome.workerVersion());
    append(origin(job), "started", object(job), new State(null, 0, params, Map.of()));
  }

  void ended(JobRow job, JobOutcome outcome, @Nullable Instant startedAt, Instant endedAt) {
    long millis =
        startedAt == null ? 0 : Math.max(0, Duration.between(startedAt, endedAt).toMillis());
    append(
        origin(job),
        "ended",
        object(job),
        new State(outcome.error(), millis, about(job), results(outcome)));
  }

  /** Of a job that was done with its acceptance. */
  void done(long id, NewJob job, Origin origin) {
    Map<String, Object> params = new LinkedHashMap<>();
    putAbout(params, job.tableLabel(), job.fileId());
    append(origin, "ended", object(id, job.operation()), new State(null, 0, params, Map.of()));
  }

  private record State(
      @Nullable JobError error,
      long millis,
      Map<String, Object> params,
      Map<String, Object> results) {}

  private void append(Origin origin, String word, AuditObject object, State state) {
    JobError error = state.error();
    long ignored =
        records.append(
            new AuditRecord(
                RecordIds.next(),
                0,
                Kind.JOB,
                clock.instant(),
                origin.organisationId(),
                origin.projectId(),
                origin.actor(),
                origin.source(),
                "job." + word,
                object,
                error == null ? Outcome.ALLOWED : Outcome.FAILED,
                0,
                state.millis(),
                origin.runId(),
                error == null ? null : error.exceptionId(),
                "storage",
                null,
                error == null ? "info" : "error",
                "Job %s (%s): %s%s"
                    .formatted(
                        object.id(),
                        object.name(),
                        word,
                        error == null ? "" : ", " + error.message()),
                "",
                state.params(),
                state.results(),
                List.of()));
  }

  private static Origin origin(JobRow job) {
    return Json.read(job.context(), Origin.class);
  }

  private static AuditObject object(JobRow job) {
    return object(job.id(), job.operation());
  }

  private static AuditObject object(long id, String operation) {
    return new AuditObject("job", Long.toString(id), operation);
  }

  private static Map<String, Object> about(JobRow job) {
    Map<String, Object> params = new LinkedHashMap<>();
    putAbout(params, job.tableLabel(), job.fileId());
    return params;
  }

  private static void putAbout(
      Map<String, Object> params, @Nullable String table, @Nullable Long file) {
    if (table != null) {
      params.put("table", table);
    }
    if (file != null) {
      params.put("file", file);
    }
  }

  private static Map<String, Object> results(JobOutcome outcome) {
    Map<String, Object> results = new LinkedHashMap<>();
    if (outcome.error() != null) {
      results.put("code", outcome.error().code());
    }
    JobMetrics sizes = outcome.metrics();
    put(results, "inBytes", sizes.inBytes());
    put(results, "inBytesUncompressed", sizes.inBytesUncompressed());
    put(results, "outBytes", sizes.outBytes());
    put(results, "outBytesUncompressed", sizes.outBytesUncompressed());
    LoadReceipt load = outcome.load();
    if (load != null) {
      put(results, "recordsRead", load.recordsRead());
      put(results, "rowsBefore", load.rowsBefore());
      put(results, "rowsAfter", load.rowsAfter());
    }
    if (outcome.export() != null) {
      put(results, "rows", outcome.export().rows());
    }
    if (outcome.deletedRows() != null) {
      put(results, "deletedRows", outcome.deletedRows());
    }
    return results;
  }

  private static void put(Map<String, Object> results, String name, long number) {
    if (number != 0) {
      results.put(name, number);
    }
  }
}
