package io.penstock.storage.workspace;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The checked parameters of a workspace's creation, with what was made for it. What only other
 * warehouses know ({@code networkPolicy}, {@code useCase}) is not looked at.
 */
record NewWorkspace(
    long id,
    boolean login,
    @Nullable String backendSize,
    int statementTimeoutSeconds,
    byte[] sealedWorker) {
  private static final int LONGEST_SIZE = 50;
  private static final int LONGEST_TIMEOUT = 604_800;

  static NewWorkspace of(Params params, Caller caller, long id, byte[] sealedWorker) {
    requireTable(params);
    requireBackend(params, caller);
    if (params.flag("readOnlyStorageAccess", false)) {
      throw new PlatformException(
          ErrorCode.NOT_IMPLEMENTED,
          "readOnlyStorageAccess is not supported: load the tables that the workspace needs");
    }
    if (!params.text("publicKey", "").isEmpty()) {
      throw invalid("publicKey: PostgreSQL knows log-ins by password only");
    }
    String size = params.text("backendSize", "");
    if (size.length() > LONGEST_SIZE) {
      throw invalid("backendSize is longer than %d characters".formatted(LONGEST_SIZE));
    }
    return new NewWorkspace(
        id,
        hasLogin(params),
        size.isEmpty() ? null : size,
        Math.toIntExact(params.number("statementTimeoutSeconds", 0, 0, LONGEST_TIMEOUT)),
        sealedWorker);
  }

  private static void requireTable(Params params) {
    String type = params.text("type", "");
    switch (type) {
      case "table", "" -> {}
      case "file", "reader" ->
          throw new PlatformException(
              ErrorCode.NOT_IMPLEMENTED,
              "type: workspaces of the type %s are not supported, only table".formatted(type));
      default -> throw invalid("type must be table");
    }
  }

  private static void requireBackend(Params params, Caller caller) {
    String backend = params.text("backend", "").toLowerCase(Locale.ROOT);
    if (!List.of("", "postgres", caller.project().backendLabel()).contains(backend)) {
      throw new PlatformException(
          ErrorCode.WORKSPACE_BACKEND,
          "The project's workspaces are on \"%s\" and on nothing else"
              .formatted(caller.project().backendLabel()));
    }
  }

  private static boolean hasLogin(Params params) {
    return switch (params.text("loginType", "default")) {
      case "default", "" -> true;
      case "none" -> false;
      default -> throw invalid("loginType must be default or none");
    };
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.VALIDATION, message);
  }
}
