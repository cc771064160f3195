package io.penstock.storage.table;

import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.storage.job.JobEnding;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.JsonFields;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The ends of {@link StructureJob}s. */
@Component
class StructureEndings implements JobEnding {
  private final TableStates states;
  private final Events events;

  StructureEndings(TableStates states, Events events) {
    this.states = states;
    this.events = events;
  }

  @Override
  public boolean handles(String operation) {
    return StructureJob.of(operation).isPresent();
  }

  @Override
  public @Nullable Map<String, Object> end(EndedJob job, JobOutcome outcome) {
    StructureJob kind = StructureJob.of(job.operation()).orElseThrow();
    states.applyWithoutLoad(job, outcome);
    if (outcome.status() != Status.SUCCESS) {
      String reason = outcome.error() == null ? "" : outcome.error().message();
      events.append(
          job.origin(),
          Event.of(
                  kind.errorEvent(),
                  kind.errorText(String.valueOf(job.tableLabel()), reason),
                  TableEvents.object(job))
              .as("error")
              .with(job.params())
              .resulting(TableEvents.error(outcome.error())));
      return null;
    }
    @Nullable Map<String, Object> results = results(kind, outcome);
    events.append(
        job.origin(),
        Event.of(
                kind.doneEvent(),
                kind.doneText(String.valueOf(job.tableLabel())),
                TableEvents.object(job))
            .as("success")
            .with(job.params())
            .resulting(results == null ? Map.of() : results));
    return results;
  }

  private static @Nullable Map<String, Object> results(StructureJob kind, JobOutcome outcome) {
    if (kind != StructureJob.ROWS_DELETE) {
      return null;
    }
    long deleted = outcome.deletedRows() == null ? 0 : outcome.deletedRows();
    return new JsonFields().put("deletedRows", deleted).map();
  }
}
