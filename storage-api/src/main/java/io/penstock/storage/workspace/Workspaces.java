package io.penstock.storage.workspace;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.table.ReadableWorkspaces;
import io.penstock.storage.web.Call;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Finds workspaces: everybody has the own ones, who manages buckets has all. Thread-safe. */
@Component
class Workspaces implements ReadableWorkspaces {
  private final WorkspaceRows rows;

  Workspaces(WorkspaceRows rows) {
    this.rows = rows;
  }

  List<Workspace> visible(Caller caller) {
    return rows.list(caller.projectId(), seesAll(caller) ? null : caller.tokenId());
  }

  /**
   * The workspace of the call at hand, which the call's record then names.
   *
   * @param id as it stands in the path
   * @throws PlatformException {@code WORKSPACE_NOT_FOUND}, or {@code ACCESS_DENIED} for somebody
   *     else's
   */
  Workspace require(Caller caller, String id) {
    Workspace found = find(caller, number(id)).orElseThrow(() -> notFound(id));
    Call.current().about("workspace", Long.toString(found.id()), found.names().schema());
    return found;
  }

  /**
   * The workspace by its number.
   *
   * @throws PlatformException {@code ACCESS_DENIED} for somebody else's
   */
  Optional<Workspace> find(Caller caller, long id) {
    Optional<Workspace> found = rows.find(caller.projectId(), id);
    if (found.isPresent() && !seesAll(caller) && found.get().tokenId() != caller.tokenId()) {
      throw Caller.accessDenied();
    }
    return found;
  }

  @Override
  public byte[] login(Caller caller, long workspaceId) {
    return find(caller, workspaceId).orElseThrow(() -> notFound(workspaceId)).sealedWorker();
  }

  @Override
  public void hold(long workspaceId) {
    if (!rows.holds(workspaceId)) {
      throw notFound(workspaceId);
    }
  }

  /** Numbers are positive: 0 is no workspace's. */
  static long number(String text) {
    return text.matches("[1-9][0-9]{0,17}") ? Long.parseLong(text) : 0;
  }

  static PlatformException notFound(Object id) {
    return new PlatformException(
        ErrorCode.WORKSPACE_NOT_FOUND, "Workspace \"%s\" not found".formatted(id));
  }

  private static boolean seesAll(Caller caller) {
    return caller.master() || caller.canManageBuckets();
  }
}
