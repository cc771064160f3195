package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.ExportFormat;
import io.penstock.storage.job.JobParams;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads how rows are to leave a table (chapter 2.6). */
final class ExportParams {
  private static final List<String> SHOWN =
      List.of(
          "limit",
          "changedSince",
          "changedUntil",
          "days",
          "seconds",
          "whereColumn",
          "whereOperator",
          "whereValues",
          "whereFilters",
          "orderBy",
          "includeInternalTimestamp");

  private ExportParams() {}

  static @Nullable Long limit(Params params) {
    long limit = params.number("limit", 0, 0, Long.MAX_VALUE);
    return limit == 0 ? null : limit;
  }

  static ExportFormat format(Params params) {
    String fileType = params.text("fileType", "csv");
    if (fileType.equals("parquet")) {
      throw new PlatformException(
          ErrorCode.NOT_IMPLEMENTED, "fileType: parquet is not supported, only csv");
    }
    if (!fileType.equals("csv") && !fileType.isEmpty()) {
      throw invalidFormat("fileType", fileType);
    }
    String format = params.text("format", "rfc");
    return switch (format) {
      case "rfc", "" -> ExportFormat.RFC;
      case "raw" -> ExportFormat.RAW;
      case "escaped" -> ExportFormat.ESCAPED;
      case "json" -> ExportFormat.JSON;
      default -> throw invalidFormat("format", format);
    };
  }

  static PlatformException invalidFormat(String parameter, String given) {
    return new PlatformException(
        ErrorCode.TABLE_INVALID_FORMAT,
        "%s: \"%s\" is not a supported format"
            .formatted(parameter, given.length() > 20 ? given.substring(0, 20) + "…" : given));
  }

  static void refuseNotBuilt(Params params) {
    if (!params.text("timezone", "").isEmpty()) {
      throw new PlatformException(
          ErrorCode.NOT_IMPLEMENTED, "timezone is not supported: times are text, or in UTC");
    }
  }

  static Map<String, Object> shown(
      Params params, DataTable table, ExportFormat format, boolean gzip) {
    JsonFields shown =
        new JsonFields()
            .put("format", format.name().toLowerCase(Locale.ROOT))
            .put("gzip", gzip)
            .put("columns", params.list("columns"));
    SHOWN.stream()
        .filter(params::has)
        .forEach(name -> shown.put(name, JobParams.shortened(params.all().get(name))));
    JobParams.requireShort(shown.map());
    return new JsonFields()
        .put("source", new JsonFields().put("type", "table").put("tableId", table.label()).map())
        .put("params", shown.map())
        .put("queue", "main")
        .map();
  }
}
