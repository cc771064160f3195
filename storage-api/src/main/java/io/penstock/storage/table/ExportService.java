package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.ExportFormat;
import io.penstock.model.table.TableQuery;
import io.penstock.storage.access.Caller;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.file.Files;
import io.penstock.storage.file.StoredFile;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Accepts exports; a reading job waits for no writer. */
@Service
class ExportService {
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

  private final Tables tables;
  private final Files files;
  private final Jobs jobs;
  private final Clock clock;

  ExportService(Tables tables, Files files, Jobs jobs, Clock clock) {
    this.tables = tables;
    this.files = files;
    this.jobs = jobs;
    this.clock = clock;
  }

  Map<String, Object> export(Caller caller, String label, Params params) {
    ReadableTable found = tables.requireReadable(caller, label);
    DataTable table = found.table();
    ExportFormat format = format(params);
    refuseNotBuilt(params);
    TableQuery query =
        found.restrict(FilterParams.read(params, found.columns(), limit(params), clock.instant()));
    boolean gzip = params.flag("gzip", false);
    return jobs.submit(
        params,
        () -> {
          StoredFile file =
              files.addExport(
                  caller, table.label() + ".csv", folder(caller, found.bucket(), table));
          return new NewJob(
              ExportEndings.OPERATION,
              shown(params, table, format, gzip),
              new JobTask.ExportTable(
                  found.rows().tableId(),
                  table.label(),
                  query,
                  format,
                  gzip,
                  file.bucket(),
                  file.key(),
                  found.rows().otherProject(caller.projectId())),
              table.label(),
              table.id(),
              table.bucketId(),
              file.id(),
              NewJob.Lock.NONE);
        });
  }

  private static String folder(Caller caller, Bucket bucket, DataTable table) {
    return "exp-15/%d/table-exports/%s/%s/%s"
        .formatted(caller.projectId(), bucket.stage(), bucket.name(), table.name());
  }

  private static @Nullable Long limit(Params params) {
    long limit = params.number("limit", 0, 0, Long.MAX_VALUE);
    return limit == 0 ? null : limit;
  }

  private static ExportFormat format(Params params) {
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
    for (String name : List.of("timezone", "fulltextSearch")) {
      if (!params.text(name, "").isEmpty()) {
        throw new PlatformException(ErrorCode.NOT_IMPLEMENTED, name + " is not supported");
      }
    }
  }

  private static Map<String, Object> shown(
      Params params, DataTable table, ExportFormat format, boolean gzip) {
    JsonFields shown =
        new JsonFields()
            .put("format", format.name().toLowerCase(java.util.Locale.ROOT))
            .put("gzip", gzip)
            .put("columns", params.list("columns"));
    SHOWN.stream().filter(params::has).forEach(name -> shown.put(name, params.all().get(name)));
    return new JsonFields()
        .put("source", new JsonFields().put("type", "table").put("tableId", table.label()).map())
        .put("params", shown.map())
        .put("queue", "main")
        .map();
  }
}
