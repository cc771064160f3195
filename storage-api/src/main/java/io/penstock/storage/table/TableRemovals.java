package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.Actor;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.audit.AuditRecord.Source;
import io.penstock.model.job.JobTask;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.table.AliasRows.Dependant;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Events.Origin;
import io.penstock.storage.web.Params;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.springframework.stereotype.Service;

/** Removes tables, with the aliases of them where the caller insists. */
@Service
class TableRemovals {
  private static final int NAMED = 10;

  private final TableRows rows;
  private final AliasRows aliases;
  private final Tables tables;
  private final Buckets buckets;
  private final Jobs jobs;
  private final Changes changes;
  private final Events events;
  private final Clock clock;

  TableRemovals(
      TableRows rows,
      AliasRows aliases,
      Tables tables,
      Buckets buckets,
      Jobs jobs,
      Changes changes,
      Events events,
      Clock clock) {
    this.rows = rows;
    this.aliases = aliases;
    this.tables = tables;
    this.buckets = buckets;
    this.jobs = jobs;
    this.changes = changes;
    this.events = events;
    this.clock = clock;
  }

  /** Hides the table now; its rows are dropped by a job that nobody sees. */
  void delete(Caller caller, String label, boolean force) {
    DataTable table = tables.require(caller, label, Permission.WRITE).table();
    changes.commit(204, () -> jobs.acceptHidden(caller.projectId(), hide(table, force)));
  }

  /** Hides the table with the acceptance of the job that drops its rows. */
  Map<String, Object> deleteByJob(Caller caller, String label, boolean force, Params params) {
    return jobs.submit(
        params, () -> hide(tables.require(caller, label, Permission.WRITE).table(), force));
  }

  private NewJob hide(DataTable table, boolean force) {
    PlatformException gone = Tables.notFound(table.label(), table.projectId());
    lockBuckets(table);
    if (!rows.hide(table.id())) {
      throw gone;
    }
    List<Dependant> dependants = aliases.dependants(table.id());
    if (!dependants.isEmpty() && !force) {
      throw dependent(table, dependants);
    }
    jobs.endUnsentOfTable(table.id(), ErrorCode.TABLE_NOT_FOUND, gone.text());
    buckets.changed(table.bucketId(), clock.instant());
    events.append(
        Event.of("storage.tableDeleted", "Deleted table " + table.label(), table.object()));
    dependants.forEach(alias -> hide(alias, table));
    return new NewJob(
        TableDrops.OPERATION,
        Map.of("tableId", table.label(), "queue", "main"),
        new JobTask.DropTables(table.isAlias() ? List.of() : List.of(table.id())),
        table.label(),
        table.id(),
        table.bucketId(),
        null,
        NewJob.Lock.TABLE);
  }

  /** All that will change, in the order of their ids; see {@link Buckets#lockForChange}. */
  private void lockBuckets(DataTable table) {
    LongStream.concat(
            LongStream.of(table.bucketId()),
            aliases.dependants(table.id()).stream().mapToLong(Dependant::bucketId))
        .distinct()
        .sorted()
        .forEach(buckets::lockForChange);
  }

  /** Names the aliases that the caller may read, and counts the others. */
  private static PlatformException dependent(DataTable table, List<Dependant> dependants) {
    Caller caller = Call.current().caller();
    List<Dependant> own =
        dependants.stream().filter(alias -> alias.projectId() == table.projectId()).toList();
    List<String> named =
        own.stream()
            .filter(alias -> caller.may(Permission.READ, alias.bucketId()))
            .map(Dependant::label)
            .limit(NAMED)
            .toList();
    List<String> parts = new ArrayList<>();
    if (!named.isEmpty()) {
      parts.add(String.join(", ", named));
    }
    if (own.size() > named.size()) {
      parts.add(own.size() - named.size() + (named.isEmpty() ? "" : " more") + " in the project");
    }
    if (dependants.size() > own.size()) {
      parts.add(dependants.size() - own.size() + " in projects that link its bucket");
    }
    return new PlatformException(
        ErrorCode.DEPENDENT_OBJECTS,
        "The table %s has aliases: %s. Remove them first, or send force=1"
            .formatted(table.label(), String.join(" and ", parts)));
  }

  /** An alias goes with its source, wherever it is; its project is told. */
  private void hide(Dependant alias, DataTable with) {
    if (!rows.hide(alias.id())) {
      return;
    }
    jobs.endUnsentOfTable(
        alias.id(),
        ErrorCode.TABLE_NOT_FOUND,
        Tables.notFound(alias.label(), alias.projectId()).text());
    Origin own = Origin.ofCall();
    boolean home = alias.projectId() == own.projectId();
    events.append(
        home
            ? own
            : new Origin(
                own.organisationId(),
                alias.projectId(),
                new Actor("service", "storage-api", "Project " + own.projectId()),
                Source.INTERNAL,
                null),
        Event.of(
            "storage.tableDeleted",
            "Deleted alias %s with its source%s"
                .formatted(alias.label(), home ? " " + with.label() : ""),
            new AuditObject("table", alias.label(), alias.name())));
  }
}
