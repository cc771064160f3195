package io.penstock.storage.snapshot;

import io.penstock.storage.web.Addresses;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Timestamps;
import java.util.Map;

/** The contract's snapshot object (chapter 2.10). */
final class SnapshotJson {
  private SnapshotJson() {}

  static Map<String, Object> listed(Snapshot snapshot, String baseUrl) {
    return core(snapshot, baseUrl).map();
  }

  static Map<String, Object> detail(Snapshot snapshot, String baseUrl) {
    Map<String, Object> table = Structure.read(snapshot.structure()).table();
    return core(snapshot, baseUrl).put("table", Addresses.absolute(table, baseUrl)).map();
  }

  private static JsonFields core(Snapshot snapshot, String baseUrl) {
    return new JsonFields()
        .put("id", Long.toString(snapshot.id()))
        .put("description", snapshot.description())
        .put("createdTime", Timestamps.format(snapshot.created()))
        .put("type", "table")
        .put(
            "creatorToken",
            new JsonFields()
                .put("id", snapshot.tokenId())
                .put("description", snapshot.tokenDescription())
                .map())
        .put("uri", "%s/v2/storage/snapshots/%d".formatted(baseUrl, snapshot.id()))
        .put("dataFileId", snapshot.fileId() == null ? null : Long.toString(snapshot.fileId()));
  }
}
