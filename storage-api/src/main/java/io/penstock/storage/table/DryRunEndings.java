package io.penstock.storage.table;

import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.DryRunReport;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.storage.job.JobEnding;
import io.penstock.storage.web.JsonFields;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The end of a load's dry run: nothing has happened, hence no event tells of it. */
@Component
class DryRunEndings implements JobEnding {
  static final String OPERATION = "tableImportDryRun";

  @Override
  public boolean handles(String operation) {
    return operation.equals(OPERATION);
  }

  @Override
  public @Nullable Map<String, Object> end(EndedJob job, JobOutcome outcome) {
    return outcome.status() == Status.SUCCESS
        ? results(Objects.requireNonNull(outcome.dryRun(), "a dry run has a report"))
        : null;
  }

  private static Map<String, Object> results(DryRunReport report) {
    JobError refusal = report.refusal();
    return new JsonFields()
        .put("dryRun", true)
        .put("wouldSucceed", refusal == null)
        .put("rowsRead", report.rowsRead())
        .put("rowsInserted", report.rowsInserted())
        .put("rowsUpdated", report.rowsUpdated())
        .put("rowsUnchanged", report.rowsUnchanged())
        .put("rowsRemoved", report.rowsRemoved())
        .put("rowsSuperseded", report.rowsSuperseded())
        .put("rowsBefore", report.rowsBefore())
        .put("rowsAfter", report.rowsAfter())
        .put("importedColumns", report.columns())
        .put("addedColumns", report.addedColumns())
        .put("missingColumns", report.missingColumns())
        .putIf(refusal != null, "refusal", refusal == null ? null : shown(refusal))
        .put("seconds", report.seconds())
        .map();
  }

  /** As the job's error would be. */
  private static Map<String, Object> shown(JobError refusal) {
    return new JsonFields()
        .put("code", refusal.code())
        .put("message", refusal.message())
        .put("contextParams", refusal.contextParams())
        .map();
  }
}
