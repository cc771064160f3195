package io.penstock.model.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One job on its way to a worker. It may arrive twice, late and out of order: the project's ledger
 * decides.
 *
 * @param jobId unique over the installation
 * @param projectId whose database it works in
 * @param attempt counts from 1; a re-sent message has a higher one
 * @param giveUp true once storage-api has stopped trying: the worker only writes the ledger's error
 * @param database name of the project's database in the warehouse
 * @param sealedCredential base64 of the role's credential ({@link RoleCredential} as JSON), sealed
 *     for the worker with the context {@code job:{jobId}}
 * @param task what to do
 * @param runId the caller's run id
 * @param traceparent W3C trace context of the call
 * @param sources other projects that the task reads from, each with a credential that reads only
 */
public record JobMessage(
    long jobId,
    long projectId,
    int attempt,
    boolean giveUp,
    String database,
    String sealedCredential,
    JobTask task,
    @Nullable String runId,
    @Nullable String traceparent,
    List<Source> sources) {

  @SuppressWarnings("NullAway") // a message from before there were sources has none
  public JobMessage {
    sources = sources == null ? List.of() : List.copyOf(sources);
  }

  /** Of a job that stays in its project. */
  public JobMessage(
      long jobId,
      long projectId,
      int attempt,
      boolean giveUp,
      String database,
      String sealedCredential,
      JobTask task,
      @Nullable String runId,
      @Nullable String traceparent) {
    this(
        jobId,
        projectId,
        attempt,
        giveUp,
        database,
        sealedCredential,
        task,
        runId,
        traceparent,
        List.of());
  }

  /**
   * Another project that the job reads from.
   *
   * @param sealedCredential base64 of the reader's credential, sealed for the worker with the
   *     context {@code job:{jobId}:source:{projectId}}
   */
  public record Source(long projectId, String database, String sealedCredential) {}

  /** What a source's credential is bound to. */
  public static byte[] sourceSealContext(long jobId, long sourceProject) {
    return "job:%d:source:%d"
        .formatted(jobId, sourceProject)
        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /**
   * What the credential is bound to, so that one job's credential opens nothing in another job's
   * message.
   */
  public byte[] sealContext() {
    return ("job:" + jobId).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
