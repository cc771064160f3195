package io.penstock.storage.record;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Makes the records of concurrent calls durable with one commit. One thread drains what has
 * arrived, writes it by one statement that also reads the projects' revocation counters, and wakes
 * the callers: under load a commit carries many records, on an idle machine one, and nobody waits
 * for a timer.
 */
@Component
public class SharedCommit implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(SharedCommit.class);
  private static final int BATCH = 256;
  private static final int WAITING = 10_000;
  private static final long PATIENCE_SECONDS = 5;
  private static final String NOT_RECORDED =
      "The call could not be recorded and was not carried out; try again";

  /**
   * One statement, which is a transaction: (id, number) of each record, (NULL, project, counter).
   */
  private static final String WRITE =
      """
      WITH written AS (
        INSERT INTO outbox_record (id, project_id, body, event_of, lease_until)
        SELECT *, now() + interval '20 seconds'
        FROM unnest(:ids::uuid[], :projects::bigint[], :bodies::text[], :of::text[])
        RETURNING id, number)
      SELECT id, number, NULL::bigint FROM written
      UNION ALL SELECT NULL, id, revocation FROM project WHERE id = ANY(:projects)
      """;

  private final JdbcClient jdbc;
  private final RecordRelay relay;
  private final BlockingQueue<Waiting> arrivals = new ArrayBlockingQueue<>(WAITING);
  private volatile boolean running;
  private @Nullable Thread thread;

  SharedCommit(JdbcClient jdbc, RecordRelay relay) {
    this.jdbc = jdbc;
    this.relay = relay;
  }

  /**
   * @param taken whoever sets it decides: the commit writes it, or its call gives up
   */
  private record Waiting(
      List<AuditRecord> records,
      List<String> bodies,
      CompletableFuture<Long> done,
      AtomicBoolean taken) {

    static Waiting of(List<AuditRecord> records) {
      return new Waiting(
          records,
          records.stream().map(Json::write).toList(),
          new CompletableFuture<>(),
          new AtomicBoolean());
    }

    boolean take() {
      return taken.compareAndSet(false, true);
    }

    AuditRecord record() {
      return records.getFirst();
    }
  }

  /**
   * What was not recorded in time, so that its call fails, while the database was already writing
   * it: the record may be there yet.
   */
  public static final class UndecidedException extends PlatformException {
    private static final long serialVersionUID = 1L;
    private final transient AuditRecord record;
    private final transient Consumer<AuditRecord> correction;

    private UndecidedException(
        AuditRecord record, Consumer<AuditRecord> correction, Throwable cause) {
      super(ErrorCode.UNAVAILABLE, NOT_RECORDED, cause);
      this.record = record;
      this.correction = correction;
    }

    /** The call's own record, as it may become durable. */
    public AuditRecord record() {
      return record;
    }

    /** Says what the call was answered with instead; written only if its own record is. */
    public void correctBy(AuditRecord told) {
      correction.accept(told);
    }
  }

  /**
   * Returns when the records, a call's own first, are durable.
   *
   * @return the revocation counter of the first one's project, read in the same transaction; -1
   *     without a project
   * @throws PlatformException {@code UNAVAILABLE} when it could not be written in time: the call
   *     must then fail. {@link UndecidedException} when it may become durable all the same
   */
  public long write(List<AuditRecord> records) {
    Waiting waiting = Waiting.of(records);
    if (!running || !arrivals.offer(waiting)) {
      throw unavailable(null);
    }
    try {
      return waiting.done().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw givenUp(waiting, e);
    } catch (TimeoutException e) {
      throw givenUp(waiting, e);
    } catch (ExecutionException e) {
      throw unavailable(e);
    }
  }

  /** The trail must not tell of a call that is refused here as if it had been answered. */
  private PlatformException givenUp(Waiting waiting, Exception cause) {
    if (waiting.take()) {
      arrivals.remove(waiting);
      return unavailable(cause);
    }
    return new UndecidedException(
        waiting.record(),
        told -> {
          var _ = waiting.done().thenRun(() -> writeSometime(told));
        },
        cause);
  }

  /** Nobody waits for it. */
  private void writeSometime(AuditRecord record) {
    if (!arrivals.offer(Waiting.of(List.of(record)))) {
      log.error("{} could not be recorded: {}", record.params(), record.message());
    }
  }

  private static PlatformException unavailable(@Nullable Throwable cause) {
    return new PlatformException(ErrorCode.UNAVAILABLE, NOT_RECORDED, cause);
  }

  @Override
  public void start() {
    running = true;
    thread = Thread.ofPlatform().name("shared-commit").daemon().start(this::drain);
  }

  private void drain() {
    List<Waiting> batch = new ArrayList<>(BATCH);
    while (running || !arrivals.isEmpty()) {
      try {
        Waiting first = arrivals.poll(200, TimeUnit.MILLISECONDS);
        if (first == null) {
          continue;
        }
        batch.add(first);
        arrivals.drainTo(batch, BATCH - 1);
        batch.removeIf(waiting -> !waiting.take());
        if (!batch.isEmpty()) {
          commit(batch);
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) { // whoever filled the memory: others go on
        batch.forEach(waiting -> waiting.done().completeExceptionally(e));
        log.error("Records could not be written or handed on", e);
      } finally {
        batch.clear();
      }
    }
  }

  private void commit(List<Waiting> batch) {
    List<AuditRecord> written = new ArrayList<>(batch.size());
    List<String> bodies = batch.stream().flatMap(waiting -> waiting.bodies().stream()).toList();
    Map<Long, Long> counters = new HashMap<>();
    try {
      insert(batch, bodies, written, counters);
    } catch (RuntimeException | Error e) {
      log.error(
          "{} records could not be written; their calls are answered with 503", batch.size(), e);
      batch.forEach(waiting -> waiting.done().completeExceptionally(e));
      return;
    }
    for (Waiting waiting : batch) {
      Long project = waiting.record().projectId();
      waiting.done().complete(project == null ? -1L : counters.getOrDefault(project, -1L));
    }
    for (int i = 0; i < written.size(); i++) {
      relay.offer(written.get(i), bodies.get(i).length());
    }
  }

  private void insert(
      List<Waiting> batch,
      List<String> bodies,
      List<AuditRecord> written,
      Map<Long, Long> counters) {
    List<AuditRecord> records = batch.stream().flatMap(w -> w.records().stream()).toList();
    Map<UUID, Long> numbers = new HashMap<>();
    jdbc.sql(WRITE)
        .param("ids", records.stream().map(r -> r.id().toString()).toArray(String[]::new))
        .param("projects", records.stream().map(AuditRecord::projectId).toArray(Long[]::new))
        .param("bodies", bodies.toArray(String[]::new))
        .param("of", records.stream().map(Records::eventOf).toArray(String[]::new))
        .query(
            rs -> {
              UUID id = rs.getObject(1, UUID.class);
              if (id == null) {
                counters.put(rs.getLong(2), rs.getLong(3));
              } else {
                numbers.put(id, rs.getLong(2));
              }
            });
    records.forEach(
        record -> written.add(record.numbered(Objects.requireNonNull(numbers.get(record.id())))));
  }

  @Override
  public void stop() {
    running = false;
    Thread running = thread;
    if (running != null) {
      try {
        running.join(PATIENCE_SECONDS * 1000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Starts before, and stops after, the web server. */
  @Override
  public int getPhase() {
    return 0;
  }
}
