package io.penstock.storage.job;

import io.penstock.model.ErrorCode;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Accepts jobs, and tells of them. Thread-safe. */
public interface Jobs {

  /**
   * Accepts a job of the call at hand, which is answered 202 with the returned object. {@code
   * prepare} runs in the transaction that also writes the job, its events and the call's record; it
   * validates, reserves names and must not leave the database. With an {@code Idempotency-Key}
   * header a repeated call gets the same job and {@code prepare} is not run; another body under the
   * same key is refused with {@code IDEMPOTENCY_KEY_REUSED}.
   *
   * @param params the call's parameters; their hash is kept beside the key
   * @return the contract's job object
   */
  Map<String, Object> submit(Params params, Supplier<NewJob> prepare);

  /**
   * Accepts a job that needs no worker, and ends it with {@code success}: the client's first poll
   * sees the end. {@code change} runs in the transaction of the acceptance and makes the whole
   * change, its events included; what it throws refuses the call, and there is no job. Everything
   * else is as with {@link #submit}.
   *
   * @return the contract's job object as it was accepted, {@code waiting}
   */
  Map<String, Object> submitDone(Params params, Supplier<DoneJob> change);

  /**
   * Accepts a job that no caller sees, such as the drop behind a synchronous delete; must run in a
   * transaction.
   *
   * @return the job's id
   */
  long acceptHidden(long projectId, NewJob job);

  /**
   * What has changed the table or is going to, newest first and without jobs that failed.
   *
   * @param limit at most so many
   */
  List<TableWrite> writesOf(long tableId, int limit);

  /** What is going to change the table, oldest first. */
  List<TableWrite> unfinishedWritesOf(long tableId);

  /**
   * Ends accepted jobs of this table that were never sent with {@code error}; must run in a
   * transaction.
   */
  void endUnsentOfTable(long tableId, ErrorCode code, String message);

  /**
   * Ends accepted jobs of this bucket that were never sent with {@code error}; must run in a
   * transaction.
   */
  void endUnsentOfBucket(long bucketId, ErrorCode code, String message);

  /**
   * Ends accepted jobs of this workspace that were never sent with {@code error}; must run in a
   * transaction.
   */
  void endUnsentOfWorkspace(long workspaceId, ErrorCode code, String message);

  /**
   * Ends accepted loads of workspaces that were never sent and read any of these with {@code
   * error}; must run in a transaction.
   *
   * @param bucket label of a linked bucket: whatever they read in it
   * @param aliases labels of tables in other buckets
   */
  void endUnsentLoads(
      long projectId, String bucket, List<String> aliases, ErrorCode code, String message);

  /**
   * Accepts a job of the call at hand whose end the call waits for, see {@link AwaitedJobs}.
   *
   * @param status that the call is answered with when the job ends well and in time
   * @return the contract's job object
   */
  Map<String, Object> submitAwaited(int status, Supplier<NewJob> prepare);
}
