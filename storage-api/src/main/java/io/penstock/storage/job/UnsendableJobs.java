package io.penstock.storage.job;

/** Where jobs end that no worker can be told of. */
@FunctionalInterface
interface UnsendableJobs {
  /**
   * Ends the job with an error, unless it has ended.
   *
   * @param why for its user, such as {@code the queue refuses it}
   */
  void endUnsendable(long projectId, long jobId, String why);
}
