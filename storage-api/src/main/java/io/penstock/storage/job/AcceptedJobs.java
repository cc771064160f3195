package io.penstock.storage.job;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.QueueText;
import io.penstock.model.audit.AuditRecord.Actor;
import io.penstock.model.audit.AuditRecord.Source;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Addresses;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.IdempotencyKeys;
import io.penstock.storage.web.Params;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Accepts jobs as rows of the job table, and rings for the dispatcher once they are committed. */
@Component
class AcceptedJobs implements Jobs {
  /** SQS takes 1 MiB; the message has the sealed credential, too. */
  private static final int MAX_TASK_BYTES = 900_000;

  /** Of a project. */
  private static final int MOST_UNFINISHED = 10_000;

  private final Changes changes;
  private final JobRows rows;
  private final IdempotencyKeys keys;
  private final JobEnds ends;
  private final JobRecords records;
  private final Bell bell;
  private final Clock clock;

  AcceptedJobs(
      Changes changes,
      JobRows rows,
      IdempotencyKeys keys,
      JobEnds ends,
      JobRecords records,
      Bell bell,
      Clock clock) {
    this.changes = changes;
    this.rows = rows;
    this.keys = keys;
    this.ends = ends;
    this.records = records;
    this.bell = bell;
    this.clock = clock;
  }

  /** A job that was written, and what is left to do once it was shown. */
  private record Accepted(long id, Runnable rest) {}

  @Override
  public Map<String, Object> submit(Params params, Supplier<NewJob> prepare) {
    long project = Call.current().caller().projectId();
    return commit(params, () -> new Accepted(acceptAsked(project, prepare), () -> {}));
  }

  @Override
  public Map<String, Object> submitDone(Params params, Supplier<DoneJob> change) {
    long project = Call.current().caller().projectId();
    return commit(
        params,
        () -> {
          DoneJob done = change.get();
          JobParams.requireShort(done.accepted().params());
          Instant now = clock.instant();
          Events.Origin origin = origin(project);
          long id = rows.insert(project, creator(origin), done.accepted(), true, now);
          records.accepted(id, done.accepted(), origin);
          return new Accepted(
              id,
              () -> {
                rows.end(id, JobRows.End.success(stored(done.results()), now));
                records.done(id, done.accepted(), origin);
              });
        });
  }

  private static @Nullable Map<String, Object> stored(@Nullable Map<String, Object> results) {
    return results == null ? null : Addresses.relative(results, Call.current().baseUrl());
  }

  private Map<String, Object> commit(Params params, Supplier<Accepted> acceptance) {
    Caller caller = Call.current().caller();
    Optional<IdempotencyKeys.Key> key = keys.ofJob(params);
    return changes.commit(
        202,
        () -> {
          Optional<Long> earlier = key.flatMap(taken -> keys.take(caller.tokenId(), taken));
          if (earlier.isPresent()) {
            return shown(caller, earlier.get());
          }
          Accepted accepted = acceptance.get();
          key.ifPresent(taken -> keys.keep(caller.tokenId(), taken, accepted.id()));
          Map<String, Object> shown = shown(caller, accepted.id());
          accepted.rest().run();
          return shown;
        });
  }

  private Map<String, Object> shown(Caller caller, long id) {
    JobRow row = rows.findVisible(caller.projectId(), id).orElseThrow();
    return JobJson.of(row, Call.current().baseUrl());
  }

  @Override
  public long acceptHidden(long projectId, NewJob job) {
    requireTransaction();
    return accept(projectId, job, false);
  }

  @Override
  public List<TableWrite> writesOf(long tableId, int limit) {
    return rows.writesOf(tableId, limit);
  }

  @Override
  public List<TableWrite> unfinishedWritesOf(long tableId) {
    return rows.unfinishedWritesOf(tableId);
  }

  @Override
  public void endUnsentOfTable(long tableId, ErrorCode code, String message) {
    requireTransaction();
    rows.lockUnsentOfTable(tableId).forEach(job -> ends.endUnsent(job, code, message));
  }

  @Override
  public void endUnsentOfBucket(long bucketId, ErrorCode code, String message) {
    requireTransaction();
    rows.lockUnsentOfBucket(bucketId).forEach(job -> ends.endUnsent(job, code, message));
  }

  @Override
  public void endUnsentOfWorkspace(long workspaceId, ErrorCode code, String message) {
    requireTransaction();
    rows.lockUnsentOfWorkspace(workspaceId).forEach(job -> ends.endUnsent(job, code, message));
  }

  @Override
  public void endUnsentLoads(
      long projectId, String bucket, List<String> aliases, ErrorCode code, String message) {
    requireTransaction();
    rows.lockUnsentLoads(projectId, bucket, aliases)
        .forEach(job -> ends.endUnsent(job, code, message));
  }

  @Override
  public Map<String, Object> submitAwaited(int status, Supplier<NewJob> prepare) {
    Caller caller = Call.current().caller();
    return changes.commit(status, () -> shown(caller, acceptAsked(caller.projectId(), prepare)));
  }

  private long acceptAsked(long projectId, Supplier<NewJob> prepare) {
    requireRoom(projectId);
    return accept(projectId, prepare.get(), true);
  }

  private long accept(long projectId, NewJob job, boolean visible) {
    requireWhatItLocks(job);
    JobParams.requireShort(job.params());
    if (QueueText.of(Objects.requireNonNull(job.task())).getBytes(StandardCharsets.UTF_8).length
        > MAX_TASK_BYTES) {
      throw new PlatformException(
          ErrorCode.REQUEST_TOO_LARGE, "The job's parameters are too large; send fewer or shorter");
    }
    Events.Origin origin = origin(projectId);
    long id = rows.insert(projectId, creator(origin), job, visible, clock.instant());
    records.accepted(id, job, origin);
    bell.ringAfterCommit();
    return id;
  }

  /**
   * Each claim goes through all jobs that wait, those of other projects among them. What a deletion
   * leaves to do is no job that anybody sees, and is never refused.
   */
  private void requireRoom(long projectId) {
    if (rows.hasUnfinished(projectId, MOST_UNFINISHED)) {
      throw new PlatformException(
          ErrorCode.TOO_MANY_REQUESTS,
          "%d jobs of this project wait or are under way: wait until some have ended"
              .formatted(MOST_UNFINISHED));
    }
  }

  private static void requireWhatItLocks(NewJob job) {
    switch (job.lock()) {
      case NONE -> {}
      case TABLE -> Objects.requireNonNull(job.tableId(), "a job that locks a table names it");
      case BUCKET -> Objects.requireNonNull(job.bucketId(), "a job that locks a bucket names it");
      case WORKSPACE ->
          Objects.requireNonNull(job.workspaceId(), "a job that locks a workspace names it");
    }
  }

  /** In whose name: the caller's, where it is the caller's project. */
  private Events.Origin origin(long projectId) {
    @Nullable Call call = Call.isPresent() ? Call.current() : null;
    if (isOfCaller(call, projectId)) {
      return Events.Origin.ofCall();
    }
    Actor administrator = call == null ? null : call.administrator();
    return new Events.Origin(
        rows.organisationOf(projectId),
        projectId,
        administrator == null ? new Actor("service", "storage-api", null) : administrator,
        call == null ? Source.INTERNAL : call.source(),
        null);
  }

  private static JobRows.Creator creator(Events.Origin origin) {
    @Nullable Call call = Call.isPresent() ? Call.current() : null;
    String description = origin.actor().description();
    return new JobRows.Creator(
        isOfCaller(call, origin.projectId()) ? Call.current().caller().tokenId() : null,
        description == null ? "" : description,
        origin.runId(),
        call == null ? null : call.traceparent(),
        Json.write(origin));
  }

  private static boolean isOfCaller(@Nullable Call call, long projectId) {
    Caller caller = call == null ? null : call.callerOrNull();
    return caller != null && caller.projectId() == projectId;
  }

  private static void requireTransaction() {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException("A job belongs into the transaction of its change");
    }
  }
}
