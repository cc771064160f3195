package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Params;
import java.util.List;

/** Where a load's rows come from: one of several, of which files are built. */
final class LoadSource {
  private static final List<String> NOT_BUILT =
      List.of("dataUrl", "snapshotId", "dataWorkspaceId", "sourceTableId", "dataString");

  private LoadSource() {}

  /** The file's id; refuses other sources by their names. */
  static long fileId(Params params) {
    for (String source : NOT_BUILT) {
      if (!params.text(source, "").isEmpty()) {
        throw new PlatformException(
            ErrorCode.NOT_IMPLEMENTED, source + ": only dataFileId is supported as a source");
      }
    }
    Long fileId = params.number("dataFileId");
    if (fileId == null) {
      throw new PlatformException(ErrorCode.TABLE_VALIDATION, "dataFileId is required");
    }
    return fileId;
  }
}
