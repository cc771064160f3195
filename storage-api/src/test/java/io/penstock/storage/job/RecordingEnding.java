package io.penstock.storage.job;

import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.job.JobOutcome;
import io.penstock.storage.web.Events;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A feature whose jobs are {@code tableImport}: keeps what it was told and writes an event. */
final class RecordingEnding implements JobEnding {
  private final Events events;
  final List<EndedJob> ended = new CopyOnWriteArrayList<>();
  volatile boolean fails;

  RecordingEnding(Events events) {
    this.events = events;
  }

  @Override
  public boolean handles(String operation) {
    return operation.equals("tableImport");
  }

  @Override
  public @Nullable Map<String, Object> end(EndedJob job, JobOutcome outcome) {
    ended.add(job);
    events.append(
        job.origin(),
        Events.Event.of("storage.tableImportEnded", "Ended", new AuditObject("table", "1", null)));
    if (fails) {
      throw new IllegalStateException("The feature cannot apply this");
    }
    return Map.of("importedRowsCount", 5, "importedColumns", List.of("id", "name"));
  }
}
