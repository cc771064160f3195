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
 * @param workspaceId the workspace that is changed or read
 * @param secret a {@code WorkspaceSecret}, sealed under the project's key with the workspace's
 *     context; it is forgotten when the job has ended
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
    @Nullable Long workspaceId,
    byte @Nullable [] secret,
    Lock lock) {

  /** A job that has to do with no workspace. */
  public NewJob(
      String operation,
      Map<String, Object> params,
      @Nullable JobTask task,
      @Nullable String tableLabel,
      @Nullable Long tableId,
      @Nullable Long bucketId,
      @Nullable Long fileId,
      Lock lock) {
    this(operation, params, task, tableLabel, tableId, bucketId, fileId, null, null, lock);
  }

  /**
   * A job on a workspace alone.
   *
   * @param secret see the record's parameter
   */
  public static NewJob ofWorkspace(
      String operation,
      Map<String, Object> params,
      JobTask task,
      long workspaceId,
      byte @Nullable [] secret,
      Lock lock) {
    return new NewJob(operation, params, task, null, null, null, null, workspaceId, secret, lock);
  }

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
    BUCKET,
    /** Has the workspace for itself. */
    WORKSPACE
  }
}
