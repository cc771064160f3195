package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.ExportFormat;
import io.penstock.model.table.TableQuery;
import io.penstock.storage.access.Caller;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.file.ExportCache;
import io.penstock.storage.file.Files;
import io.penstock.storage.file.StoredFile;
import io.penstock.storage.job.DoneJob;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Params;
import io.penstock.storage.web.StreamEnds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Service;

/**
 * Accepts exports; a reading job waits for no writer. What was exported already, and has not
 * changed since, is not exported again.
 */
@Service
class ExportService {
  private final Tables tables;
  private final TableRows rows;
  private final Files files;
  private final ExportCache cache;
  private final Jobs jobs;
  private final Events events;
  private final TableStream stream;
  private final StreamEnds ends;
  private final Clock clock;

  ExportService(
      Tables tables,
      TableRows rows,
      Files files,
      ExportCache cache,
      Jobs jobs,
      Events events,
      TableStream stream,
      StreamEnds ends,
      Clock clock) {
    this.tables = tables;
    this.rows = rows;
    this.files = files;
    this.cache = cache;
    this.jobs = jobs;
    this.events = events;
    this.stream = stream;
    this.ends = ends;
    this.clock = clock;
  }

  Map<String, Object> export(Caller caller, String label, Params params) {
    ReadableTable found = tables.requireReadable(caller, label);
    ExportFormat format = ExportParams.format(params);
    ExportParams.refuseNotBuilt(params);
    FilterParams.refuseSearch(params);
    TableQuery query =
        found.restrict(
            FilterParams.read(
                params, found.columns(), ExportParams.limit(params), clock.instant()));
    Wanted wanted =
        new Wanted(caller.projectId(), found, query, format, params.flag("gzip", false));
    long sequence = rows.sequence(found.rows().tableId());
    return cache
        .find(caller, wanted.question(), sequence)
        .flatMap(fileId -> again(caller, params, wanted, fileId))
        .orElseGet(() -> anew(caller, params, wanted));
  }

  /** Checks what is asked for at once; nothing is read yet. */
  DirectExport direct(Caller caller, String label, Params params) {
    ReadableTable found = tables.requireReadable(caller, label);
    ExportParams.refuseNotBuilt(params);
    FilterParams.refuseSearch(params);
    if (params.flag("gzip", false)) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION, "gzip is for export-async; this answer is one plain stream");
    }
    ExportFormat format =
        params.flag("escape", false) ? ExportFormat.ESCAPED : ExportParams.format(params);
    TableQuery query =
        found.restrict(
            FilterParams.read(
                params, found.columns(), ExportParams.limit(params), clock.instant()));
    Map<String, Object> shown = ExportParams.shown(params, found.table(), format, false);
    return new DirectExport(stream, ends, found, query, format, shown);
  }

  /** What is to be exported, and how. */
  private record Wanted(
      long project, ReadableTable from, TableQuery query, ExportFormat format, boolean gzip) {
    DataTable table() {
      return from.table();
    }

    JobTask.ExportTable task(String bucket, String key) {
      return new JobTask.ExportTable(
          from.rows().tableId(),
          table().label(),
          query,
          format,
          gzip,
          bucket,
          key,
          from.rows().otherProject(project));
    }

    /** Everything that decides about the file's bytes and its name, but for where it lies. */
    ExportCache.Question question() {
      byte[] text = Json.write(task("", "")).getBytes(StandardCharsets.UTF_8);
      try {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
        return new ExportCache.Question(from.rows().tableId(), hash);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("Every Java platform has SHA-256", e);
      }
    }
  }

  private Map<String, Object> anew(Caller caller, Params params, Wanted wanted) {
    DataTable table = wanted.table();
    return jobs.submit(
        params,
        () -> {
          StoredFile file =
              files.addExport(
                  caller, table.label() + ".csv", folder(caller, wanted.from().bucket(), table));
          cache.asked(file.id(), wanted.question());
          return new NewJob(
              ExportEndings.OPERATION,
              ExportParams.shown(params, table, wanted.format(), wanted.gzip()),
              wanted.task(file.bucket(), file.key()),
              table.label(),
              table.id(),
              table.bucketId(),
              file.id(),
              NewJob.Lock.NONE);
        });
  }

  /** Empty when the file was removed since it was found. */
  private Optional<Map<String, Object>> again(
      Caller caller, Params params, Wanted wanted, long fileId) {
    try {
      return Optional.of(jobs.submitDone(params, () -> lent(caller, params, wanted, fileId)));
    } catch (GoneException e) {
      return Optional.empty();
    }
  }

  private DoneJob lent(Caller caller, Params params, Wanted wanted, long fileId) {
    if (!cache.lend(caller, fileId)) {
      throw new GoneException();
    }
    DataTable table = wanted.table();
    Map<String, Object> shown = ExportParams.shown(params, table, wanted.format(), wanted.gzip());
    events.append(
        Event.of("storage.tableExported", "Exported table " + table.label(), table.object())
            .as("success")
            .with(shown)
            .resulting(Map.of("cacheHit", true))
            .attaching(List.of(fileId)));
    return new DoneJob(
        ExportEndings.OPERATION,
        shown,
        table.label(),
        table.id(),
        table.bucketId(),
        ExportEndings.results(fileId, true));
  }

  /** The file has been removed between two looks at it. */
  private static final class GoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static String folder(Caller caller, Bucket bucket, DataTable table) {
    return "exp-15/%d/table-exports/%s/%s/%s"
        .formatted(caller.projectId(), bucket.stage(), bucket.name(), table.name());
  }
}
