package io.penstock.storage.workspace;

import io.penstock.storage.table.WarehouseProperties;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Timestamps;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The contract's workspace (chapter 2.15). A password is there exactly when it was just made. */
@Component
class WorkspaceJson {
  private final String host;
  private final int port;

  WorkspaceJson(WorkspaceProperties properties, WarehouseProperties warehouse) {
    this.host = Objects.requireNonNullElse(properties.host(), warehouse.host());
    this.port = Objects.requireNonNullElse(properties.port(), warehouse.port());
  }

  Map<String, Object> of(Workspace workspace) {
    return of(workspace, workspace.names().role(), null, null);
  }

  /** With the password of its own role. */
  Map<String, Object> withPassword(Workspace workspace, String password) {
    return of(workspace, workspace.names().role(), workspace.login() ? password : null, null);
  }

  /** As one of its further log-ins sees it. */
  Map<String, Object> ofLogin(Workspace workspace, long loginId, @Nullable String password) {
    return of(workspace, workspace.names().loginRole(loginId), password, loginId);
  }

  private Map<String, Object> of(
      Workspace workspace, String user, @Nullable String password, @Nullable Long loginId) {
    return new JsonFields()
        .put("id", workspace.id())
        .put("type", "table")
        .put("name", workspace.names().schema())
        .put("component", null)
        .put("configurationId", null)
        .put("created", Timestamps.format(workspace.createdAt()))
        .put("backendSize", workspace.backendSize())
        .put("statementTimeoutSeconds", workspace.statementTimeoutSeconds())
        .put("readOnlyStorageAccess", false)
        .put("platformUsageType", "user")
        .put("connection", connection(workspace, user, password, loginId))
        .put(
            "creatorToken",
            new JsonFields()
                .put("id", workspace.tokenId())
                .put("description", workspace.creatorDescription())
                .map())
        .put("creatorUser", creator(workspace))
        .map();
  }

  private Map<String, Object> connection(
      Workspace workspace, String user, @Nullable String password, @Nullable Long loginId) {
    return new JsonFields()
        .put("backend", workspace.backendLabel())
        .put("host", host)
        .put("port", port)
        .put("region", workspace.region())
        .put("database", Long.toString(workspace.projectId()))
        .put("schema", workspace.names().schema())
        .put("warehouse", null)
        .put("user", user)
        .putIf(password != null, "password", password)
        .putIf(
            loginId != null,
            "credentials",
            loginId == null ? null : new JsonFields().put("id", loginId).map())
        .put("loginType", workspace.login() ? "default" : "none")
        .put("ssoLoginAvailable", false)
        .map();
  }

  private static @Nullable Map<String, Object> creator(Workspace workspace) {
    return workspace.personId() == null
        ? null
        : new JsonFields()
            .put("id", workspace.personId())
            .put("name", workspace.personName())
            .map();
  }
}
