package io.penstock.storage.job;

import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.JobMetrics;
import io.penstock.model.job.JobOutcome.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a worker might report. */
final class Outcomes {
  static final Instant STARTED_AT = Instant.parse("2030-01-02T09:00:01Z");
  static final Instant ENDED_AT = Instant.parse("2030-01-02T09:00:02Z");

  private Outcomes() {}

  static JobOutcome started(long job, long project, Instant at) {
    return outcome(job, project, Status.STARTED, at, null, null);
  }

  static JobOutcome success(long job, long project) {
    return outcome(job, project, Status.SUCCESS, STARTED_AT, ENDED_AT, null);
  }

  static JobOutcome error(long job, long project) {
    var error =
        new JobError(
            "csvImport.columnsNotMatch", "Some columns are missing", "penstock-77aa", Map.of());
    return outcome(job, project, Status.ERROR, STARTED_AT, ENDED_AT, error);
  }

  static JobOutcome outcome(
      long job,
      long project,
      Status status,
      Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable JobError error) {
    var metrics = new JobMetrics(true, 120, 500, false, 0, 0);
    return new JobOutcome(
        job, project, status, startedAt, endedAt, List.of(), null, null, error, metrics, "1.0");
  }
}
