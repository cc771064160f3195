package io.penstock.storage.job;

/** Where jobs end that no queue takes. */
@FunctionalInterface
interface UnsendableJobs {
  /** Ends the job with an error, unless it has ended. */
  void endUnsendable(long projectId, long jobId);
}
