package io.penstock.storage.workspace;

import io.penstock.storage.web.JsonFields;
import java.util.Map;

/** What a workspace's jobs are called, and what they say of it. */
final class WorkspaceJobs {
  static final String CREATE = "workspaceCreate";
  static final String DROP = "workspaceDrop";
  static final String LOAD = "workspaceLoad";
  static final String EXPORT = "workspaceTableExport";

  // Never shown: the calls wait for them.
  static final String PASSWORD = "workspacePasswordReset";
  static final String ADD_LOGIN = "workspaceCredentialsCreate";
  static final String DROP_LOGIN = "workspaceCredentialsDelete";

  private static final String WORKSPACE = "workspaceId";
  private static final String LOGIN = "credentialsId";

  private WorkspaceJobs() {}

  static Map<String, Object> params(long workspaceId) {
    return params(workspaceId, Map.of());
  }

  static Map<String, Object> params(long workspaceId, Map<String, Object> more) {
    return new JsonFields()
        .put(WORKSPACE, Long.toString(workspaceId))
        .putAll(more)
        .put("queue", "main")
        .map();
  }

  static Map<String, Object> ofLogin(long workspaceId, long loginId) {
    return params(workspaceId, Map.of(LOGIN, Long.toString(loginId)));
  }

  static long workspaceId(Map<String, Object> params) {
    return Long.parseLong(String.valueOf(params.get(WORKSPACE)));
  }

  static long loginId(Map<String, Object> params) {
    return Long.parseLong(String.valueOf(params.get(LOGIN)));
  }
}
