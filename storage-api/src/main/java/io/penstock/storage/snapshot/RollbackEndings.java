package io.penstock.storage.snapshot;

import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.storage.job.JobEnding;
import io.penstock.storage.table.TableDetails;
import io.penstock.storage.table.TableEvents;
import io.penstock.storage.table.TableNames;
import io.penstock.storage.table.TableStates;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The end of {@code tableRollback}: rows, columns, key and indexes are the snapshot's. */
@Component
class RollbackEndings implements JobEnding {
  private final TableStates states;
  private final SnapshotRows snapshots;
  private final TableNames names;
  private final TableDetails tables;
  private final Events events;

  RollbackEndings(
      TableStates states,
      SnapshotRows snapshots,
      TableNames names,
      TableDetails tables,
      Events events) {
    this.states = states;
    this.snapshots = snapshots;
    this.names = names;
    this.tables = tables;
    this.events = events;
  }

  @Override
  public boolean handles(String operation) {
    return operation.equals(SnapshotService.ROLL_BACK);
  }

  @Override
  public @Nullable Map<String, Object> end(EndedJob job, JobOutcome outcome) {
    states.apply(job, outcome);
    boolean done = outcome.status() == Status.SUCCESS;
    Event event =
        Event.of(
                done ? "storage.tableRolledBack" : "storage.tableRollbackError",
                done
                    ? "Table %s is as in snapshot %s"
                        .formatted(job.tableLabel(), job.params().get("snapshotId"))
                    : "Rolling table %s back failed".formatted(job.tableLabel()),
                TableEvents.object(job))
            .as(done ? "success" : "error")
            .with(job.params());
    events.append(job.origin(), done ? event : event.resulting(TableEvents.error(outcome.error())));
    if (!done) {
      return null;
    }
    restoreIndexes(job);
    return tables
        .of(job.origin().projectId(), Objects.requireNonNull(job.tableId()))
        .map(TableDetails.Detailed::json)
        .orElse(null);
  }

  private void restoreIndexes(EndedJob job) {
    long snapshot = Long.parseLong(String.valueOf(job.params().get("snapshotId")));
    snapshots
        .findAny(job.origin().projectId(), snapshot)
        .map(found -> Structure.read(found.structure()).indexedColumns())
        .ifPresent(columns -> names.indexed(Objects.requireNonNull(job.tableId()), columns));
  }
}
