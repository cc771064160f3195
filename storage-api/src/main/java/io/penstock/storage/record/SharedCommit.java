package io.penstock.storage.record;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.storage.access.SharedRead;
import java.time.Duration;
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
import java.util.function.BooleanSupplier;
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
 * the callers: under load a commit carries many records, and the next one follows a millisecond
 * later at the earliest; on an idle machine it carries one, and nobody waits for a timer.
 */
@Component
public class SharedCommit implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(SharedCommit.class);
  private static final int BATCH = 256;
  private static final int WAITING = 10_000;
  private static final long PATIENCE_SECONDS = 5;

  /**
   * From the begin of a commit that several calls shared to the next one's: each has its price,
   * whether it carries two records or twenty (as PostgreSQL's {@code commit_delay}, 19.5).
   */
  private static final Duration PACE = Duration.ofMillis(1);

  private static final String NOT_RECORDED =
      "The call could not be recorded and was not carried out; try again";

  /**
   * One statement, which is a transaction: (id, number) of each record that was written, (NULL,
   * project, counter).
   */
  private static final String WRITE =
      """
      WITH counter AS MATERIALIZED (SELECT id, revocation FROM project WHERE id = ANY(%s)),
      written AS (
        INSERT INTO outbox_record (id, project_id, body, event_of, lease_until)
        SELECT r.id, project_id, body, event_of, now() + interval '20 seconds'
        FROM unnest(:ids::uuid[], :projects::bigint[], :bodies::text[], :of::text[], :expected::bigint[])
          WITH ORDINALITY AS r (id, project_id, body, event_of, expected, place)
        LEFT JOIN counter ON counter.id = project_id
        WHERE expected IS NULL OR expected = revocation
        ORDER BY place
        RETURNING id, number)
      SELECT id, number, NULL::bigint FROM written UNION ALL SELECT NULL, id, revocation FROM counter
      """
          .formatted(SharedRead.keys(":projects"));

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
   * @param expected the revocation counter of the records' project, unless which nothing is to be
   *     written; null: whatever it is
   * @param done the counter as it is; null: it is another than was expected
   * @param taken whoever sets it decides: the commit writes it, or its call gives up
   */
  private record Waiting(
      List<AuditRecord> records,
      List<String> bodies,
      @Nullable Long expected,
      CompletableFuture<@Nullable Long> done,
      AtomicBoolean taken) {

    static Waiting of(List<AuditRecord> records, @Nullable Long expected) {
      return new Waiting(
          records,
          records.stream().map(Json::write).toList(),
          expected,
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
    return Objects.requireNonNull(await(offered(Waiting.of(records, null))));
  }

  /**
   * Begins to write records, provided that their project's revocation counter is still this one.
   *
   * @return waits until that is decided, and tells whether the records are durable; false: the
   *     counter is another one, and nothing was written. Fails as {@link #write} does
   * @throws PlatformException {@code UNAVAILABLE} when there is no place for them
   */
  public BooleanSupplier writeUnlessMoved(List<AuditRecord> records, long expected) {
    Waiting waiting = offered(Waiting.of(records, expected));
    return () -> await(waiting) != null;
  }

  private Waiting offered(Waiting waiting) {
    if (!running || !arrivals.offer(waiting)) {
      throw unavailable(null);
    }
    return waiting;
  }

  private @Nullable Long await(Waiting waiting) {
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
          var _ =
              waiting
                  .done()
                  .thenAccept(
                      counter -> {
                        if (counter != null) {
                          writeSometime(told);
                        }
                      });
        },
        cause);
  }

  /** Nobody waits for it. */
  private void writeSometime(AuditRecord record) {
    if (!arrivals.offer(Waiting.of(List.of(record), null))) {
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
    long next = System.nanoTime();
    while (running || !arrivals.isEmpty()) {
      try {
        Waiting first = arrivals.poll(200, TimeUnit.MILLISECONDS);
        if (first == null) {
          continue;
        }
        batch.add(first);
        TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
        next = System.nanoTime();
        arrivals.drainTo(batch, BATCH - 1);
        batch.removeIf(waiting -> !waiting.take());
        if (!batch.isEmpty()) {
          commit(batch);
        }
        next += batch.size() > 1 ? PACE.toNanos() : 0;
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

  /**
   * What the database says of a batch.
   *
   * @param numbers of the records that were written, by their id
   * @param counters by project
   */
  private record Outcome(Map<UUID, Long> numbers, Map<Long, Long> counters) {
    boolean has(Waiting waiting) {
      return numbers.containsKey(waiting.record().id());
    }

    @Nullable Long counter(Waiting waiting) {
      if (!has(waiting)) {
        return null;
      }
      Long project = waiting.record().projectId();
      return project == null ? Long.valueOf(-1) : counters.getOrDefault(project, -1L);
    }
  }

  private void commit(List<Waiting> batch) {
    Outcome outcome;
    try {
      outcome = insert(batch);
    } catch (RuntimeException | Error e) {
      log.error(
          "{} records could not be written; their calls are answered with 503", batch.size(), e);
      batch.forEach(waiting -> waiting.done().completeExceptionally(e));
      return;
    }
    for (Waiting waiting : batch) {
      waiting.done().complete(outcome.counter(waiting));
    }
    for (Waiting waiting : batch) {
      if (outcome.has(waiting)) {
        handOn(waiting, outcome.numbers());
      }
    }
  }

  private void handOn(Waiting waiting, Map<UUID, Long> numbers) {
    for (int i = 0; i < waiting.records().size(); i++) {
      AuditRecord record = waiting.records().get(i);
      relay.offer(
          record.numbered(Objects.requireNonNull(numbers.get(record.id()))),
          waiting.bodies().get(i).length());
    }
  }

  private Outcome insert(List<Waiting> batch) {
    List<String> ids = new ArrayList<>(batch.size());
    List<@Nullable Long> projects = new ArrayList<>(batch.size());
    List<String> bodies = new ArrayList<>(batch.size());
    List<@Nullable String> events = new ArrayList<>(batch.size());
    List<@Nullable Long> expected = new ArrayList<>(batch.size());
    for (Waiting waiting : batch) {
      bodies.addAll(waiting.bodies());
      for (AuditRecord record : waiting.records()) {
        ids.add(record.id().toString());
        projects.add(record.projectId());
        events.add(Records.eventOf(record));
        expected.add(waiting.expected());
      }
    }
    Map<UUID, Long> numbers = new HashMap<>();
    Map<Long, Long> counters = new HashMap<>();
    jdbc.sql(WRITE)
        .param("ids", ids.toArray(String[]::new))
        .param("projects", projects.toArray(Long[]::new))
        .param("bodies", bodies.toArray(String[]::new))
        .param("of", events.toArray(String[]::new))
        .param("expected", expected.toArray(Long[]::new))
        .query(
            rs -> {
              UUID id = rs.getObject(1, UUID.class);
              if (id == null) {
                counters.put(rs.getLong(2), rs.getLong(3));
              } else {
                numbers.put(id, rs.getLong(2));
              }
            });
    return new Outcome(numbers, counters);
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
