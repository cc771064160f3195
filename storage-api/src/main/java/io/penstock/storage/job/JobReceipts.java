package io.penstock.storage.job;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Receipts of loads, for whoever has them proven. */
@Component
public class JobReceipts {
  private final JobRows rows;

  JobReceipts(JobRows rows) {
    this.rows = rows;
  }

  /** What a load's job was given, and the record that vouches for it. */
  public record Receipt(String operation, Map<String, Object> receipt, UUID recordId) {}

  /**
   * @throws PlatformException {@code JOB_NOT_FOUND}, also for a job that has no receipt
   */
  public Receipt require(long projectId, long jobId) {
    JobRow job =
        rows.findVisible(projectId, jobId)
            .orElseThrow(
                () ->
                    notFound(
                        "Job \"%d\" was not found in the project \"%d\""
                            .formatted(jobId, projectId)));
    if (job.receipt() == null) {
      throw notFound(
          "Job \"%d\" has no receipt: a load that ended with success has one".formatted(jobId));
    }
    Map<String, Object> receipt = JobJson.object(job.receipt());
    @Nullable UUID record = JobReceipt.recordId(receipt);
    if (record == null) {
      throw notFound("Job \"%d\" is older than receipts that name their record".formatted(jobId));
    }
    return new Receipt(job.operation(), receipt, record);
  }

  private static PlatformException notFound(String text) {
    return new PlatformException(ErrorCode.JOB_NOT_FOUND, text);
  }
}
