package io.penstock.storage.job;

import io.penstock.model.job.JobOutcome;
import io.penstock.storage.web.Events;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a feature does when a job of its kind has ended. Called in the transaction that ends the
 * job, once a job: the new state of its tables, its statistics and its events become visible with
 * the status, so that a client that sees {@code success} sees everything else too. Must be quick
 * and must not leave the database.
 */
public interface JobEnding {

  /** Whether this feature's jobs have that {@code operationName}. */
  boolean handles(String operation);

  /**
   * Applies the outcome, success or error.
   *
   * @return the contract's {@code results}; null for none, and always null on error
   */
  @Nullable Map<String, Object> end(EndedJob job, JobOutcome outcome);

  /**
   * The job as it was accepted.
   *
   * @param origin in whose name its events are written
   */
  record EndedJob(
      long id,
      String operation,
      Map<String, Object> params,
      @Nullable String tableLabel,
      @Nullable Long tableId,
      @Nullable Long bucketId,
      @Nullable Long fileId,
      Events.Origin origin) {}
}
