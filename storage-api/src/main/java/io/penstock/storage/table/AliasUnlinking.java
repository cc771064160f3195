package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.DefinedColumn;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.job.JobEnding;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Makes an empty table of its own of an alias. It stays an alias until its table is in the
 * warehouse, so that it can be read at any time.
 */
@Service
class AliasUnlinking implements JobEnding {
  static final String OPERATION = "tableUnlink";

  private final Tables tables;
  private final AliasRows aliases;
  private final TableStates states;
  private final Buckets buckets;
  private final Jobs jobs;
  private final Events events;

  AliasUnlinking(
      Tables tables,
      AliasRows aliases,
      TableStates states,
      Buckets buckets,
      Jobs jobs,
      Events events) {
    this.tables = tables;
    this.aliases = aliases;
    this.states = states;
    this.buckets = buckets;
    this.jobs = jobs;
    this.events = events;
  }

  /** Accepts the job; its end makes the alias a table. */
  Map<String, Object> unlink(Caller caller, String label, Params params) {
    return jobs.submit(
        params,
        () -> {
          DataTable table = tables.require(caller, label, Permission.WRITE).table();
          if (!table.isAlias()) {
            throw new PlatformException(
                ErrorCode.TABLE_VALIDATION,
                "unlink: the table %s is not an alias".formatted(label));
          }
          if (!aliases.locks(table.id())) {
            throw Tables.notFound(label, table.projectId());
          }
          table.requireColumns();
          if (aliases.hasDependants(table.id())) {
            throw new PlatformException(
                ErrorCode.DEPENDENT_OBJECTS,
                "The alias %s has aliases itself: remove them first".formatted(label));
          }
          return new NewJob(
              OPERATION,
              Map.of("tableId", label, "queue", "main"),
              new JobTask.DefineTable(
                  table.id(), table.label(), defined(table), table.primaryKey()),
              table.label(),
              table.id(),
              table.bucketId(),
              null,
              NewJob.Lock.TABLE);
        });
  }

  private static List<DefinedColumn> defined(DataTable table) {
    return IntStream.range(0, table.columns().size())
        .mapToObj(
            i ->
                new DefinedColumn(
                    table.columns().get(i), table.isTyped() ? table.types().get(i) : null))
        .toList();
  }

  @Override
  public boolean handles(String operation) {
    return operation.equals(OPERATION);
  }

  @Override
  public @Nullable Map<String, Object> end(EndedJob job, JobOutcome outcome) {
    if (outcome.status() == Status.SUCCESS) {
      if (job.bucketId() != null) {
        buckets.lockForChange(job.bucketId());
      }
      aliases.detach(Objects.requireNonNull(job.tableId(), "a job that locks a table names it"));
      states.apply(job, outcome);
      events.append(
          job.origin(),
          Event.of(
                  "storage.tableUnlinked",
                  "Alias %s is a table of its own".formatted(job.tableLabel()),
                  TableEvents.object(job))
              .as("success")
              .with(job.params()));
    }
    return null;
  }
}
