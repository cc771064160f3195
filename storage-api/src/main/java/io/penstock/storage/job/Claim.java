package io.penstock.storage.job;

import org.jspecify.annotations.Nullable;

/**
 * A job that is ours to send now.
 *
 * @param attempt this sending's number, from 1
 * @param task JSON of the task
 * @param sealedWriter sealed under the project's key
 * @param sealedReader sealed under the project's key
 * @param secret of a workspace, sealed under the project's key
 */
record Claim(
    long id,
    long projectId,
    int attempt,
    String task,
    @Nullable String runId,
    @Nullable String traceparent,
    byte[] sealedWriter,
    byte[] sealedReader,
    @Nullable Long workspaceId,
    byte @Nullable [] secret) {}
