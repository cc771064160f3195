package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Objects;

/**
 * Where a load's rows come from (chapters 2.4 and 2.5). A call names exactly one source. Files are
 * loaded here; the others by whoever is a {@link RowSource} for them.
 */
public sealed interface LoadSource {
  /** Parameters that name a source. */
  List<String> NAMES =
      List.of("dataFileId", "dataUrl", "snapshotId", "dataWorkspaceId", "sourceTableId");

  /** How the caller named it, for messages. */
  String parameter();

  /** A file of the project. */
  record FromFile(long fileId) implements LoadSource {
    @Override
    public String parameter() {
      return "dataFileId";
    }
  }

  /** Whatever stands at an address; it becomes a file first. */
  record FromUrl(String url) implements LoadSource {
    @Override
    public String parameter() {
      return "dataUrl";
    }
  }

  /** A snapshot: structure and rows. */
  record FromSnapshot(long snapshotId) implements LoadSource {
    @Override
    public String parameter() {
      return "snapshotId";
    }
  }

  /**
   * A table in a workspace.
   *
   * @param object its name there
   */
  record FromWorkspace(long workspaceId, String object) implements LoadSource {
    @Override
    public String parameter() {
      return "dataWorkspaceId";
    }
  }

  /** Another table as it was at a time. */
  record FromPast(String tableId, String timestamp) implements LoadSource {
    @Override
    public String parameter() {
      return "sourceTableId";
    }
  }

  /**
   * Reads the one source that the call names.
   *
   * @throws PlatformException {@code TABLE_VALIDATION} when there is none, or more than one
   */
  static LoadSource of(Params params) {
    List<String> given = NAMES.stream().filter(name -> !params.text(name, "").isEmpty()).toList();
    if (given.size() != 1) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION,
          given.isEmpty()
              ? "dataFileId is required, or another source of the rows: dataUrl, snapshotId or"
                  + " dataWorkspaceId"
              : "Only one source of the rows may be given, not all of " + String.join(", ", given));
    }
    return switch (given.getFirst()) {
      case "dataFileId" -> new FromFile(id(params, "dataFileId"));
      case "dataUrl" -> new FromUrl(params.text("dataUrl", ""));
      case "snapshotId" -> new FromSnapshot(id(params, "snapshotId"));
      case "dataWorkspaceId" -> workspace(params);
      default -> new FromPast(params.text("sourceTableId", ""), params.text("timestamp", ""));
    };
  }

  private static LoadSource workspace(Params params) {
    String object = params.text("dataObject", "");
    if (object.isEmpty()) {
      object = params.text("dataTableName", "");
    }
    if (object.isEmpty()) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION, "dataWorkspaceId needs dataObject: the table's name there");
    }
    return new FromWorkspace(id(params, "dataWorkspaceId"), object);
  }

  private static long id(Params params, String name) {
    return Objects.requireNonNull(params.number(name));
  }
}
