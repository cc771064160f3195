package io.penstock.model.job;

/**
 * What a workspace is called in the warehouse. Roles belong to the whole server there: their names
 * hold the project's number.
 */
public record WorkspaceNames(long projectId, long workspaceId) {

  public String schema() {
    return "workspace_" + workspaceId;
  }

  /** Owns what is in the workspace; users log in by it. */
  public String role() {
    return "ws_%d_%d".formatted(projectId, workspaceId);
  }

  /** Reads the workspace for import-worker, with the rights of {@link #role} and no others. */
  public String workerRole() {
    return role() + "_worker";
  }

  /** A further role that users log in by; it acts as {@link #role}. */
  public String loginRole(long loginId) {
    return role() + "_c" + loginId;
  }
}
