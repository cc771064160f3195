package io.penstock.storage.table;

import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.job.JobEnding;
import io.penstock.storage.web.Addresses;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The end of {@code tableDefinitionCreate}. One that failed gives its name back. */
@Component
class DefinitionEndings implements JobEnding {
  private final TableStates states;
  private final TableRows rows;
  private final Buckets buckets;
  private final TableViews views;
  private final Events events;

  DefinitionEndings(
      TableStates states, TableRows rows, Buckets buckets, TableViews views, Events events) {
    this.states = states;
    this.rows = rows;
    this.buckets = buckets;
    this.views = views;
    this.events = events;
  }

  @Override
  public boolean handles(String operation) {
    return operation.equals(DefinitionService.OPERATION);
  }

  @Override
  public @Nullable Map<String, Object> end(EndedJob job, JobOutcome outcome) {
    long project = job.origin().projectId();
    long tableId = Objects.requireNonNull(job.tableId());
    states.apply(job, outcome);
    if (outcome.status() != Status.SUCCESS) {
      rows.release(project, tableId);
      events.append(
          job.origin(),
          Event.of(
                  "storage.tableCreateError",
                  "Creating table %s failed: %s"
                      .formatted(
                          job.tableLabel(),
                          outcome.error() == null ? "" : outcome.error().message()),
                  TableEvents.object(job))
              .as("error")
              .with(job.params())
              .resulting(TableEvents.error(outcome.error())));
      return null;
    }
    events.append(
        job.origin(),
        Event.of(
                "storage.tableCreated",
                "Created table " + job.tableLabel(),
                TableEvents.object(job))
            .as("success")
            .with(job.params()));
    return rows.findAny(project, tableId).map(table -> detail(project, table)).orElse(null);
  }

  private Map<String, Object> detail(long project, DataTable table) {
    @Nullable Bucket bucket = buckets.find(project, table.bucketId()).orElse(null);
    return views.detail(table, bucket, rows.project(project), Addresses.STORED);
  }
}
