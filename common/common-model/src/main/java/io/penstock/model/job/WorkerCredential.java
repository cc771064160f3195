package io.penstock.model.job;

import org.jspecify.annotations.Nullable;

/**
 * What a job's message brings import-worker to log in with.
 *
 * @param role the project's writer
 * @param password its password
 * @param workspace log-in of the workspace that the job reads; null where it reads none
 */
public record WorkerCredential(String role, String password, @Nullable RoleCredential workspace) {

  public RoleCredential writer() {
    return new RoleCredential(role, password);
  }

  @Override
  public String toString() {
    return "WorkerCredential[" + role + "]";
  }
}
