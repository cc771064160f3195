package io.penstock.storage.table;

import io.penstock.storage.access.Caller;

/** Workspaces that loads take rows from. */
public interface ReadableWorkspaces {

  /**
   * The log-in that reads the workspace, sealed as a job's secret.
   *
   * @throws io.penstock.model.PlatformException {@code WORKSPACE_NOT_FOUND}, or {@code
   *     ACCESS_DENIED} for somebody else's
   */
  byte[] login(Caller caller, long workspaceId);

  /**
   * Keeps the workspace from being removed until the transaction ends.
   *
   * @throws io.penstock.model.PlatformException {@code WORKSPACE_NOT_FOUND} when it is gone already
   */
  void hold(long workspaceId);
}
