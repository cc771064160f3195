package io.penstock.model.job;

import org.jspecify.annotations.Nullable;

/**
 * Passwords of a workspace's roles. They travel and are kept only sealed.
 *
 * @param password of the role that a user logs in by; null where the job sets none
 * @param worker log-in of {@link WorkspaceNames#workerRole}; null where the job does not use it
 */
public record WorkspaceSecret(@Nullable String password, @Nullable RoleCredential worker) {

  /** What a secret is sealed for under its project's key. */
  public static byte[] context(long projectId, long workspaceId) {
    return "project:%d:workspace:%d"
        .formatted(projectId, workspaceId)
        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "WorkspaceSecret[]";
  }
}
