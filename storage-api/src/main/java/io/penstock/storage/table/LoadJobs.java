package io.penstock.storage.table;

import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.storage.file.StoredFile;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;

/** The {@code operationParams} of loads (chapter 2.5). Their ends read them back. */
final class LoadJobs {
  static final String CREATE = "tableCreate";
  static final String IMPORT = "tableImport";

  private LoadJobs() {}

  static Map<String, Object> params(
      Params given, StoredFile file, CsvFormat csv, Map<String, Object> more) {
    Map<String, Object> source =
        new JsonFields()
            .put("type", "file")
            .put("fileId", file.id())
            .put("fileName", file.name())
            .map();
    return params(given, source, csv, more);
  }

  /**
   * Of a load from anywhere.
   *
   * @param source what is shown of it
   */
  static Map<String, Object> params(
      Params given, Map<String, Object> source, CsvFormat csv, Map<String, Object> more) {
    Map<String, Object> params =
        new JsonFields()
            .putAll(more)
            .put("incremental", given.flag("incremental", false))
            .put("partial", given.flag("partial", false))
            .put("withoutHeaders", csv.header() == CsvFormat.Header.TABLE_ORDER)
            .put("columns", csv.columns())
            .put("delimiter", csv.delimiter())
            .put("enclosure", csv.enclosure())
            .put("escapedBy", csv.escapedBy())
            .put("source", List.of())
            .map();
    return new JsonFields().put("source", source).put("params", params).put("queue", "main").map();
  }

  /** What the events of a load say of it; tools restore tables by these. */
  static Map<String, Object> eventParams(Map<String, Object> jobParams) {
    Map<?, ?> params = map(jobParams.get("params"));
    Map<?, ?> source = map(jobParams.get("source"));
    return new JsonFields()
        .put("incremental", params.get("incremental"))
        .put("partial", params.get("partial"))
        .putIf(
            source.get("snapshotId") instanceof String,
            "snapshotId",
            snapshotId(source.get("snapshotId")))
        .putIf(
            params.get("delimiter") != null,
            "csv",
            new JsonFields()
                .put("delimiter", params.get("delimiter"))
                .put("enclosure", params.get("enclosure"))
                .put("escapedBy", params.get("escapedBy"))
                .map())
        .put("source", new JsonFields().put("fileName", source.get("fileName")).map())
        .map();
  }

  /** A number, as in the other events of snapshots. */
  private static @org.jspecify.annotations.Nullable Object snapshotId(
      @org.jspecify.annotations.Nullable Object shown) {
    return shown instanceof String text ? Long.valueOf(text) : null;
  }

  private static Map<?, ?> map(@org.jspecify.annotations.Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }
}
