package io.penstock.storage.table;

import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobOutcome.TableState;
import io.penstock.storage.job.JobEnding;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.JsonFields;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The end of {@code tableImportUndo}: columns, key and statistics are what they were before. */
@Component
class UndoEndings implements JobEnding {
  private final TableStates states;
  private final Events events;

  UndoEndings(TableStates states, Events events) {
    this.states = states;
    this.events = events;
  }

  @Override
  public boolean handles(String operation) {
    return operation.equals(UndoService.OPERATION);
  }

  @Override
  public @Nullable Map<String, Object> end(EndedJob job, JobOutcome outcome) {
    states.apply(job, outcome);
    if (outcome.status() != Status.SUCCESS) {
      events.append(
          job.origin(),
          Event.of(
                  "storage.tableImportUndoError",
                  "Undoing the last import into table %s failed: %s"
                      .formatted(
                          job.tableLabel(),
                          outcome.error() == null ? "" : outcome.error().message()),
                  TableEvents.object(job))
              .as("error")
              .with(job.params())
              .resulting(TableEvents.error(outcome.error())));
      return null;
    }
    Map<String, Object> results = results(job, outcome);
    events.append(
        job.origin(),
        Event.of(
                "storage.tableImportUndone",
                "Undid the last import into table " + job.tableLabel(),
                TableEvents.object(job))
            .as("success")
            .with(job.params())
            .resulting(results));
    return results;
  }

  private static Map<String, Object> results(EndedJob job, JobOutcome outcome) {
    JsonFields results =
        new JsonFields().put(UndoService.UNDONE, job.params().get(UndoService.UNDONE));
    for (TableState table : outcome.tables()) {
      results
          .put("totalRowsCount", table.rows())
          .put("totalDataSizeBytes", table.bytes())
          .put("columns", table.columns());
    }
    return results.map();
  }
}
