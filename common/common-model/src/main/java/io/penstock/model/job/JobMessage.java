package io.penstock.model.job;

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
    @Nullable String traceparent) {

  /**
   * What the credential is bound to, so that one job's credential opens nothing in another job's
   * message.
   */
  public byte[] sealContext() {
    return ("job:" + jobId).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
