package io.penstock.storage.job;

import io.penstock.model.ErrorCode;
import io.penstock.model.ExceptionId;
import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.JobMetrics;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.storage.job.JobEnding.EndedJob;
import io.penstock.storage.record.RecordIds;
import io.penstock.storage.web.Events;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Carries what workers report into the metadata. Status, results, the feature's tables and events
 * change in one transaction behind the row's lock, so that a report that comes twice, late or out
 * of order changes nothing. Thread-safe.
 */
@Component
class JobEnds implements UnsendableJobs {
  private static final String UNEXPLAINED = "internalError";

  private final TransactionTemplate transaction;
  private final JobRows rows;
  private final ObjectProvider<JobEnding> endings;
  private final Events events;
  private final JobRecords records;
  private final Bell bell;
  private final Clock clock;
  private final DispatchProperties properties;

  /**
   * @param endings looked up late, because a feature that ends jobs may accept some as well
   */
  JobEnds(
      TransactionTemplate transaction,
      JobRows rows,
      ObjectProvider<JobEnding> endings,
      Events events,
      JobRecords records,
      Bell bell,
      Clock clock,
      DispatchProperties properties) {
    this.transaction = transaction;
    this.rows = rows;
    this.endings = endings;
    this.events = events;
    this.records = records;
    this.bell = bell;
    this.clock = clock;
    this.properties = properties;
  }

  /** Applies a report, once; returns when that is durable. */
  void apply(JobOutcome outcome) {
    transaction.executeWithoutResult(
        _ -> {
          switch (outcome.status()) {
            case STARTED -> {
              if (rows.started(outcome, properties.leaseSeconds())) {
                rows.find(outcome.projectId(), outcome.jobId())
                    .ifPresent(job -> records.started(job, outcome));
              }
            }
            case SUCCESS, ERROR ->
                rows.lockUnfinished(outcome.projectId(), outcome.jobId())
                    .ifPresent(job -> end(job, explained(outcome), outcome.startedAt()));
          }
        });
  }

  @Override
  public void endUnsendable(long projectId, long jobId, String why) {
    transaction.executeWithoutResult(
        _ ->
            rows.lockUnfinished(projectId, jobId)
                .ifPresent(
                    job -> endUnsent(job, ErrorCode.INTERNAL, "The job was given up: " + why)));
  }

  /** Ends a job that no worker has ever heard of, in the transaction at hand. */
  void endUnsent(JobRow job, ErrorCode code, String message) {
    Instant now = clock.instant();
    JobError error =
        new JobError(
            Objects.requireNonNullElse(code.wireCode(), UNEXPLAINED),
            message,
            ExceptionId.next(),
            Map.of());
    end(
        job,
        new JobOutcome(
            job.id(),
            job.projectId(),
            Status.ERROR,
            now,
            now,
            List.of(),
            null,
            null,
            error,
            JobMetrics.NONE,
            ""),
        null);
  }

  private void end(JobRow row, JobOutcome reported, @Nullable Instant startedAt) {
    JobOutcome outcome = reported.toldBy(RecordIds.next());
    boolean success = outcome.status() == Status.SUCCESS;
    Map<String, Object> results = applied(row, outcome);
    Instant endedAt = outcome.endedAt() == null ? clock.instant() : outcome.endedAt();
    rows.end(
        row.id(),
        new JobRows.End(
            success ? JobRow.Status.SUCCESS : JobRow.Status.ERROR,
            success && results != null ? Json.write(results) : null,
            success ? null : Json.write(shown(error(outcome))),
            Json.write(outcome.metrics()),
            success ? receipt(outcome) : null,
            startedAt,
            endedAt));
    records.ended(row, outcome, startedAt, endedAt);
    bell.ringForEndAfterCommit(row.id());
  }

  private static @Nullable String receipt(JobOutcome outcome) {
    return outcome.load() == null
        ? null
        : Json.write(JobReceipt.of(outcome.load(), outcome.workerVersion()));
  }

  private @Nullable Map<String, Object> applied(JobRow row, JobOutcome outcome) {
    EndedJob job =
        new EndedJob(
            row.id(),
            row.operation(),
            JobJson.object(row.params()),
            row.tableLabel(),
            row.tableId(),
            row.bucketId(),
            row.fileId(),
            Json.read(row.context(), Events.Origin.class));
    Optional<JobEnding> ending =
        endings.orderedStream().filter(each -> each.handles(row.operation())).findFirst();
    if (ending.isPresent()) {
      return ending.get().end(job, outcome);
    }
    if (outcome.status() == Status.ERROR) {
      events.append(job.origin(), failure(job, outcome));
    }
    return null;
  }

  /** The one record of a failed job that no feature tells of. */
  private static Events.Event failure(EndedJob job, JobOutcome outcome) {
    JobError error = error(outcome);
    Instant endedAt = outcome.endedAt();
    return new Events.Event(
        "storage." + job.operation() + "Error",
        "error",
        "Job %d failed: %s".formatted(job.id(), error.message()),
        new AuditObject("job", Long.toString(job.id()), job.operation()),
        job.params(),
        Map.of("code", error.code(), "exceptionId", error.exceptionId()),
        List.of(),
        endedAt == null
            ? 0
            : Math.max(0, Duration.between(outcome.startedAt(), endedAt).toMillis()));
  }

  private static JobError error(JobOutcome outcome) {
    return Objects.requireNonNull(outcome.error(), "an error is explained");
  }

  /** An error always says something: clients index code and message without looking. */
  private static JobOutcome explained(JobOutcome outcome) {
    if (outcome.status() != Status.ERROR || outcome.error() != null) {
      return outcome;
    }
    JobError error =
        new JobError(
            UNEXPLAINED,
            "The job failed on our side; trying again may help",
            ExceptionId.next(),
            Map.of());
    return new JobOutcome(
        outcome.jobId(),
        outcome.projectId(),
        outcome.status(),
        outcome.startedAt(),
        outcome.endedAt(),
        outcome.tables(),
        outcome.load(),
        outcome.export(),
        error,
        outcome.metrics(),
        outcome.workerVersion());
  }

  private static Map<String, Object> shown(JobError error) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("code", error.code());
    shown.put("message", error.message());
    shown.put("exceptionId", error.exceptionId());
    shown.put("contextParams", error.contextParams());
    shown.put("uuid", RecordIds.next().toString());
    return shown;
  }
}
