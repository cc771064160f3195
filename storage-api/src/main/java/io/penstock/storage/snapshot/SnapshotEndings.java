package io.penstock.storage.snapshot;

import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.ExportReceipt;
import io.penstock.model.job.JobOutcome.Slice;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.storage.file.Files;
import io.penstock.storage.job.JobEnding;
import io.penstock.storage.table.TableDetails;
import io.penstock.storage.table.TableEvents;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The end of {@code tableSnapshotCreate}: the table is still as its rows were read, because the job
 * holds it, so its structure is kept now.
 */
@Component
class SnapshotEndings implements JobEnding {
  private final NewSnapshots snapshots;
  private final TableDetails tables;
  private final Files files;
  private final Events events;

  SnapshotEndings(NewSnapshots snapshots, TableDetails tables, Files files, Events events) {
    this.snapshots = snapshots;
    this.tables = tables;
    this.files = files;
    this.events = events;
  }

  @Override
  public boolean handles(String operation) {
    return operation.equals(SnapshotService.CREATE);
  }

  @Override
  public @Nullable Map<String, Object> end(EndedJob job, JobOutcome outcome) {
    long fileId = Objects.requireNonNull(job.fileId(), "a snapshot writes a file");
    long tableId = Objects.requireNonNull(job.tableId(), "a snapshot is of a table");
    if (outcome.status() != Status.SUCCESS) {
      files.discard(fileId);
      events.append(
          job.origin(),
          Event.of(
                  "storage.tableSnapshotError",
                  "The snapshot of table %s failed".formatted(job.tableLabel()),
                  TableEvents.object(job))
              .as("error")
              .resulting(TableEvents.error(outcome.error())));
      return null;
    }
    ExportReceipt export =
        Objects.requireNonNull(outcome.export(), "a written snapshot has a receipt");
    files.written(fileId, export.slices().stream().mapToLong(Slice::bytes).sum());
    TableDetails.Detailed table = tables.of(job.origin().projectId(), tableId).orElseThrow();
    long id =
        snapshots.keep(
            job.origin(),
            table,
            String.valueOf(job.params().get("description")),
            new NewSnapshots.Written(fileId, export.rows()));
    return Map.of("id", Long.toString(id));
  }
}
