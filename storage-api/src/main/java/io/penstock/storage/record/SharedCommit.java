package io.penstock.storage.record;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.storage.access.SharedRead;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCallback;
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
  private static final Duration PATIENCE = Duration.ofSeconds(5);

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
        FROM unnest(?::uuid[], ?::bigint[], ?::text[], ?::text[], ?::bigint[])
          WITH ORDINALITY AS r (id, project_id, body, event_of, expected, place)
        LEFT JOIN counter ON counter.id = project_id
        WHERE expected IS NULL OR expected = revocation
        ORDER BY place
        RETURNING id, number)
      SELECT id, number, NULL::bigint FROM written UNION ALL SELECT NULL, id, revocation FROM counter;
      """
          .formatted(SharedRead.keys("?"));

  /** An array for each of the parameters of {@link #WRITE}. */
  private static final int PARAMETERS = 6;

  /** Keys of one journey; more are left to be read alone. */
  private static final int MOST_KEYS = 64;

  /** A question that takes longer is cancelled: all records wait for it. */
  private static final Duration MOST_FOR_QUESTION = Duration.ofSeconds(1);

  /** For so long after a question had failed, no other is asked. */
  private static final Duration WITHOUT_QUESTIONS = Duration.ofSeconds(10);

  private final JdbcTemplate jdbc;
  private final RecordRelay relay;
  private final BlockingQueue<Waiting> arrivals = new ArrayBlockingQueue<>(WAITING);
  private volatile boolean running;
  private @Nullable Thread thread;

  /** Taken from the arrivals, and not decided yet. */
  private volatile List<Waiting> underWay = List.of();

  private volatile @Nullable Asking asking;

  /** When questions may be asked again, by {@link System#nanoTime}; of the thread that commits. */
  private long questionsFrom = System.nanoTime();

  SharedCommit(JdbcTemplate jdbc, RecordRelay relay) {
    this.jdbc = jdbc;
    this.relay = relay;
  }

  /**
   * What a call asks together with its record.
   *
   * @param key of the question
   */
  private record Asked(Question<?> question, long key) {}

  /**
   * A statement that asks.
   *
   * @param since by {@link System#nanoTime}
   */
  private record Asking(Statement statement, long since) {}

  /**
   * What became of a call's records.
   *
   * @param counter of their project; null: another one was expected, and nothing was written
   * @param read what the call asked; null: nothing was found, or it could not be asked
   */
  private record Done(@Nullable Long counter, @Nullable Object read) {}

  /**
   * @param expected the revocation counter of the records' project, unless which nothing is to be
   *     written; null: whatever it is
   * @param since by {@link System#nanoTime}
   * @param done when the commit has decided
   * @param known when the call goes on: then, or when it has waited for too long
   * @param taken whoever sets it decides: the commit writes it, or its call gives up
   */
  private record Waiting(
      List<AuditRecord> records,
      List<String> bodies,
      @Nullable Long expected,
      @Nullable Asked asked,
      long since,
      CompletableFuture<Done> done,
      CompletableFuture<Done> known,
      AtomicBoolean taken) {

    static Waiting of(List<AuditRecord> records, @Nullable Long expected, @Nullable Asked asked) {
      CompletableFuture<Done> done = new CompletableFuture<>();
      return new Waiting(
          records,
          records.stream().map(Json::write).toList(),
          expected,
          asked,
          System.nanoTime(),
          done,
          done.copy(),
          new AtomicBoolean());
    }

    void expire(long now) {
      if (now - since >= PATIENCE.toNanos()) {
        known.completeExceptionally(new TimeoutException());
      }
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
    Done done = await(offered(Waiting.of(records, null, null)));
    return Objects.requireNonNull(done.counter());
  }

  /**
   * What was read on the journey of records that are durable.
   *
   * @param value null: nothing was found, or it could not be asked, and has to be read alone
   */
  public record Answered<V>(@Nullable V value) {}

  /**
   * Writes records as {@link #write} does, provided that their project's revocation counter is
   * still this one, and asks a question in the same transaction.
   *
   * @return empty: the counter is another one, and nothing was written
   */
  public <V> Optional<Answered<V>> writeAndAsk(
      List<AuditRecord> records, long expected, Question<V> question, long key) {
    Done done = await(offered(Waiting.of(records, expected, new Asked(question, key))));
    if (done.counter() == null) {
      return Optional.empty();
    }
    @SuppressWarnings("unchecked") // the question's own
    V value = (V) done.read();
    return Optional.of(new Answered<>(value));
  }

  private Waiting offered(Waiting waiting) {
    if (!running || !arrivals.offer(waiting)) {
      throw unavailable(null);
    }
    return waiting;
  }

  private Done await(Waiting waiting) {
    try {
      return waiting.known().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw givenUp(waiting, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof TimeoutException late ? givenUp(waiting, late) : unavailable(e);
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
                      done -> {
                        if (done.counter() != null) {
                          writeSometime(told);
                        }
                      });
        },
        cause);
  }

  /** Nobody waits for it. */
  private void writeSometime(AuditRecord record) {
    if (!arrivals.offer(Waiting.of(List.of(record), null, null))) {
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
    Thread _ = Thread.ofPlatform().name("shared-commit-watch").daemon().start(this::watch);
  }

  /** Who waits for too long is told here: a timer for each call would cost more than its commit. */
  private void watch() {
    long last = System.nanoTime();
    long now = last;
    Asking cancelled = null;
    while (now - last < 2 * PATIENCE.toNanos()) {
      try {
        TimeUnit.MILLISECONDS.sleep(200);
        now = System.nanoTime();
        for (Waiting waiting : underWay) {
          waiting.expire(now);
        }
        for (Waiting waiting : arrivals) {
          waiting.expire(now);
        }
        Asking asking = this.asking;
        if (asking != null
            && !asking.equals(cancelled)
            && now - asking.since() >= MOST_FOR_QUESTION.toNanos()) {
          cancelled = asking;
          Thread _ = Thread.startVirtualThread(() -> cancel(asking.statement()));
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) { // whoever filled the memory: calls still wait
        log.warn("Calls that wait for their records were not looked at", e);
      }
      last = running ? now : last; // a call may have arrived while this was stopped
    }
  }

  /** By a connection of its own, which may hang itself. */
  private static void cancel(Statement statement) {
    try {
      statement.cancel();
    } catch (SQLException e) {
      log.warn("What was asked with records takes long, and could not be cancelled", e);
    }
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
          underWay = List.copyOf(batch);
          commit(batch);
        }
        next += batch.size() > 1 ? PACE.toNanos() : 0;
      } catch (InterruptedException e) {
        batch.forEach(waiting -> waiting.done().completeExceptionally(e));
        return;
      } catch (RuntimeException | Error e) { // whoever filled the memory: others go on
        batch.forEach(waiting -> waiting.done().completeExceptionally(e));
        log.error("Records could not be written or handed on", e);
      } finally {
        underWay = List.of();
        batch.clear();
      }
    }
  }

  /**
   * What the database says of a batch.
   *
   * @param numbers of the records that were written, by their id
   * @param counters by project
   * @param question that was asked, if there was one
   * @param answers by its keys
   */
  private record Outcome(
      Map<UUID, Long> numbers,
      Map<Long, Long> counters,
      @Nullable Question<?> question,
      Map<Long, ?> answers) {
    boolean has(Waiting waiting) {
      return numbers.containsKey(waiting.record().id());
    }

    Done of(Waiting waiting) {
      return has(waiting)
          ? new Done(counter(waiting), read(waiting.asked()))
          : new Done(null, null);
    }

    private Long counter(Waiting waiting) {
      Long project = waiting.record().projectId();
      return project == null ? Long.valueOf(-1) : counters.getOrDefault(project, -1L);
    }

    private @Nullable Object read(@Nullable Asked asked) {
      return asked != null && asked.question().equals(question) ? answers.get(asked.key()) : null;
    }
  }

  private void commit(List<Waiting> batch) {
    Outcome outcome;
    try {
      outcome = carryOut(batch);
    } catch (RuntimeException | Error e) {
      log.error(
          "{} records could not be written; their calls are answered with 503", batch.size(), e);
      batch.forEach(waiting -> waiting.done().completeExceptionally(e));
      return;
    }
    for (Waiting waiting : batch) {
      waiting.done().complete(outcome.of(waiting));
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

  /** Where a question is what fails, the records are written without it. */
  private Outcome carryOut(List<Waiting> batch) {
    Asked asked = System.nanoTime() - questionsFrom < 0 ? null : firstAsked(batch);
    if (asked != null) {
      try {
        return journey(batch, asked.question());
      } catch (RuntimeException | Error e) {
        questionsFrom = System.nanoTime() + WITHOUT_QUESTIONS.toNanos();
        if (!isRolledBack(e)) {
          throw e;
        }
        log.warn("{} records are written without what was asked with them", batch.size(), e);
      }
    }
    return journey(batch, null);
  }

  private static @Nullable Asked firstAsked(List<Waiting> batch) {
    for (Waiting waiting : batch) {
      if (waiting.asked() != null) {
        return waiting.asked();
      }
    }
    return null;
  }

  /**
   * Whether the server itself refused the statements, and neither went away nor was told to: then
   * none of the records is there ("PostgreSQL Error Codes", appendix A).
   */
  private static boolean isRolledBack(Throwable e) {
    return e instanceof DataAccessException failure
        && !(e instanceof CannotGetJdbcConnectionException)
        && failure.getMostSpecificCause() instanceof SQLException refused
        && refused.getSQLState() != null
        && !refused.getSQLState().startsWith("08")
        && !refused.getSQLState().startsWith("57P");
  }

  /** To the database and back, once: one transaction, since nothing divides the statements. */
  private Outcome journey(List<Waiting> batch, @Nullable Question<?> question) {
    String sql = question == null ? WRITE : WRITE + question.sql();
    return Objects.requireNonNull(
        jdbc.execute(
            sql,
            (PreparedStatementCallback<Outcome>)
                statement -> {
                  bindRecords(statement, batch);
                  if (question == null) {
                    statement.execute();
                  } else {
                    bindKeys(statement, batch, question);
                    executeWatched(statement);
                  }
                  return outcome(statement, question);
                }));
  }

  private void executeWatched(PreparedStatement statement) throws SQLException {
    asking = new Asking(statement, System.nanoTime());
    try {
      statement.execute();
    } finally {
      asking = null;
    }
  }

  private static void bindRecords(PreparedStatement statement, List<Waiting> batch)
      throws SQLException {
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
    Connection connection = statement.getConnection();
    Array ofProjects = connection.createArrayOf("bigint", projects.toArray(Long[]::new));
    statement.setArray(1, ofProjects);
    statement.setArray(2, connection.createArrayOf("text", ids.toArray(String[]::new)));
    statement.setArray(3, ofProjects);
    statement.setArray(4, connection.createArrayOf("text", bodies.toArray(String[]::new)));
    statement.setArray(5, connection.createArrayOf("text", events.toArray(String[]::new)));
    statement.setArray(6, connection.createArrayOf("bigint", expected.toArray(Long[]::new)));
  }

  private static void bindKeys(
      PreparedStatement statement, List<Waiting> batch, Question<?> question) throws SQLException {
    Long[] keys =
        batch.stream()
            .map(Waiting::asked)
            .filter(asked -> asked != null && asked.question().equals(question))
            .map(Asked::key)
            .distinct()
            .limit(MOST_KEYS)
            .toArray(Long[]::new);
    Array array = statement.getConnection().createArrayOf("bigint", keys);
    for (int i = 1; i <= question.parameters(); i++) {
      statement.setArray(PARAMETERS + i, array);
    }
  }

  private static Outcome outcome(PreparedStatement executed, @Nullable Question<?> question)
      throws SQLException {
    Map<UUID, Long> numbers = new HashMap<>();
    Map<Long, Long> counters = new HashMap<>();
    try (ResultSet rs = executed.getResultSet()) {
      while (rs.next()) {
        UUID id = rs.getObject(1, UUID.class);
        if (id == null) {
          counters.put(rs.getLong(2), rs.getLong(3));
        } else {
          numbers.put(id, rs.getLong(2));
        }
      }
    }
    return new Outcome(numbers, counters, question, answers(executed, question));
  }

  /** What cannot be understood has to be read alone: the records are durable. */
  private static Map<Long, ?> answers(PreparedStatement executed, @Nullable Question<?> question) {
    if (question == null) {
      return Map.of();
    }
    try {
      return executed.getMoreResults() ? question.results(executed) : Map.of();
    } catch (SQLException | RuntimeException | Error e) {
      log.warn("What was asked with records could not be read", e);
      return Map.of();
    }
  }

  @Override
  public void stop() {
    running = false;
    Thread running = thread;
    if (running != null) {
      try {
        running.join(PATIENCE.toMillis());
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
