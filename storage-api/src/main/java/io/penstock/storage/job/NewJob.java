package io.penstock.storage.job;

import io.penstock.model.job.JobTask;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job to accept.
 *
 * @param operation the contract's {@code operationName}
 * @param params the contract's {@code operationParams}, shown to the caller
 * @param task what the worker is told; null only for a {@link DoneJob}
 * @param tableLabel the contract's {@code tableId}, such as {@code in.c-main.users}; null until it
 *     exists
 * @param tableId the table that is written or read
 * @param bucketId the bucket that it lies in
 * @param fileId the file that is read or made
 * @param lock what the job has for itself
 */
public record NewJob(
    String operation,
    Map<String, Object> params,
    @Nullable JobTask task,
    @Nullable String tableLabel,
    @Nullable Long tableId,
    @Nullable Long bucketId,
    @Nullable Long fileId,
    Lock lock) {

  /**
   * One writing job at a time a table: what a job names is what the dispatch keeps others away
   * from.
   */
  public enum Lock {
    /** Reads; never waits for writers. */
    NONE,
    /** Writes the table alone, shares its bucket. */
    TABLE,
    /** Has the bucket for itself. */
    BUCKET
  }
}
