package io.penstock.storage.table;

import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.ExportReceipt;
import io.penstock.model.job.JobOutcome.Slice;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.storage.file.ExportCache;
import io.penstock.storage.file.Files;
import io.penstock.storage.job.JobEnding;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.JsonFields;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The end of {@code tableExport}: the file has its size now, or goes the way of removed files. */
@Component
class ExportEndings implements JobEnding {
  static final String OPERATION = "tableExport";

  private final Files files;
  private final ExportCache cache;
  private final Events events;

  ExportEndings(Files files, ExportCache cache, Events events) {
    this.files = files;
    this.cache = cache;
    this.events = events;
  }

  @Override
  public boolean handles(String operation) {
    return operation.equals(OPERATION);
  }

  @Override
  public @Nullable Map<String, Object> end(EndedJob job, JobOutcome outcome) {
    long fileId = Objects.requireNonNull(job.fileId(), "an export writes a file");
    if (outcome.status() != Status.SUCCESS) {
      files.discard(fileId);
      events.append(
          job.origin(),
          Event.of(
                  "storage.tableExportError",
                  "Export of table %s failed: %s"
                      .formatted(
                          job.tableLabel(),
                          outcome.error() == null ? "" : outcome.error().message()),
                  TableEvents.object(job))
              .as("error")
              .with(job.params())
              .resulting(TableEvents.error(outcome.error())));
      return null;
    }
    ExportReceipt export =
        Objects.requireNonNull(outcome.export(), "a successful export has a receipt");
    files.written(fileId, export.slices().stream().mapToLong(Slice::bytes).sum());
    cache.answered(fileId, export.sequence());
    events.append(
        job.origin(),
        Event.of(
                "storage.tableExported",
                "Exported table " + job.tableLabel(),
                TableEvents.object(job))
            .as("success")
            .with(job.params())
            .resulting(new JsonFields().put("rowsCount", export.rows()).map())
            .attaching(List.of(fileId))
            .lasting(Math.round(export.seconds() * 1000)));
    return results(fileId, false);
  }

  /** The contract's {@code results}. */
  static Map<String, Object> results(long fileId, boolean cacheHit) {
    return new JsonFields()
        .put("file", new JsonFields().put("id", fileId).map())
        .put("cacheHit", cacheHit)
        .map();
  }
}
