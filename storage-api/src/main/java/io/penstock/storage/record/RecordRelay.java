package io.penstock.storage.record;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.aws.QueueRefusals;
import io.penstock.model.Json;
import io.penstock.model.QueueNames;
import io.penstock.model.QueueText;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.RecordBatch;
import io.penstock.storage.record.FreshRecords.Fresh;
import io.penstock.storage.record.FreshRecords.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import tools.jackson.core.JacksonException;

/**
 * Sends the outbox to audit-service. Fresh records come by {@link #offer} and are sent at once, or
 * with others that came within a third of a second; a row's first lease covers that attempt.
 * Whatever was not confirmed when its lease ran out (a crash, a lost message, a full queue here) is
 * claimed again by lease and sent again: audit-service deduplicates by id. Nothing is sent inside a
 * transaction.
 */
@Component
public class RecordRelay implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(RecordRelay.class);

  /** Characters: packed ones are a byte each, and what is not packed is short. */
  private static final int MAX_MESSAGE = 180_000;

  /** Of all records of a message; as objects they can be ten times as large. */
  private static final int MAX_TEXT = 1_000_000;

  private static final int MAX_RECORDS = 500;

  /** Characters of all records that wait here; what is more waits in the outbox alone. */
  private static final long MOST_FRESH_TEXT = 16_000_000;

  /** Messages: at the slowest pace that audit-service is to have, a few seconds' work. */
  private static final int MOST_WAITING = 15;

  /** Of the 30 seconds for which a claim leases. */
  private static final Duration MOST_OF_LEASE = Duration.ofSeconds(20);

  private static final Duration SWEEP = Duration.ofSeconds(5);

  /**
   * Between two messages while records keep coming: each one costs a write-once object and a commit
   * of the index, whether it holds one record or hundreds. After a pause the first goes at once.
   */
  private static final Duration PACE = Duration.ofMillis(300);

  /**
   * For so long what a flood left in the outbox waits for the flood's end; then both go in turn.
   */
  private static final Duration LONGEST_FLOOD = Duration.ofMinutes(2);

  /** What is older and not confirmed waits for audit-service, and nobody should wait for it. */
  private static final Duration RECENT = Duration.ofSeconds(10);

  private static final String CLAIM =
      """
      UPDATE outbox_record SET lease_until = now() + interval '30 seconds'
      WHERE id IN (SELECT id FROM outbox_record WHERE lease_until < now()
                   ORDER BY lease_until LIMIT 500 FOR UPDATE SKIP LOCKED)
      RETURNING id, length(body)
      """;

  private final JdbcClient jdbc;
  private final SqsAsyncClient sqs;

  /** Between two full messages of a flood: what comes faster is left to the outbox meanwhile. */
  private final Duration paceOfFlood;

  private final Arrivals arrivals = new Arrivals(System::nanoTime);
  private final FreshRecords fresh = new FreshRecords(MOST_FRESH_TEXT);
  private final Cache<String, String> queueUrl = Caffeine.newBuilder().maximumSize(1).build();
  private volatile boolean running;
  private @Nullable Thread thread;

  RecordRelay(JdbcClient jdbc, SqsAsyncClient sqs, RecordProperties properties) {
    this.jdbc = jdbc;
    this.sqs = sqs;
    this.paceOfFlood = Duration.ofSeconds(MAX_RECORDS).dividedBy(properties.perSecondInFlood());
  }

  /**
   * Hands over a committed record; what finds no place is picked up when its lease has run out.
   *
   * @param length of the record's text
   */
  void offer(AuditRecord committed, int length) {
    arrivals.add(1);
    boolean _ = fresh.offer(committed, length);
  }

  /** A record that audit-service may not have yet. */
  public Optional<AuditRecord> findUnconfirmed(UUID id) {
    return jdbc.sql("SELECT id, number, body FROM outbox_record WHERE id = :id")
        .param("id", id)
        .query((rs, _) -> new Row(id, rs.getLong(2), rs.getString(3)).record())
        .optional();
  }

  /** A record by its number, that audit-service may not have yet. */
  public Optional<AuditRecord> findUnconfirmed(long number) {
    return jdbc.sql("SELECT id FROM outbox_record WHERE number = :number")
        .param("number", number)
        .query(UUID.class)
        .optional()
        .flatMap(this::findUnconfirmed);
  }

  /**
   * Whether an event of this token, of the last {@link #RECENT}, is not known to be kept yet: one
   * look into an index, however full the outbox is.
   */
  public boolean hasUnconfirmedEventsOf(long projectId, long tokenId) {
    // Not EXISTS: for that one a scan of the whole table would pass for cheap.
    return jdbc.sql(
            """
            SELECT number FROM outbox_record
            WHERE project_id = :project AND event_of = :token AND created_at > now() - :seconds * interval '1 second'
            ORDER BY created_at DESC LIMIT 1
            """)
        .param("project", projectId)
        .param("token", Long.toString(tokenId))
        .param("seconds", RECENT.toSeconds())
        .query(Long.class)
        .optional()
        .isPresent();
  }

  /** The receiver keeps these; they may be forgotten here. */
  void confirmed(Collection<UUID> ids) {
    jdbc.sql("DELETE FROM outbox_record WHERE id = ANY(:ids)")
        .param("ids", ids.toArray(UUID[]::new))
        .update();
  }

  private void relay() {
    long nextSweep = System.nanoTime();
    long lastSent = nextSweep - PACE.toNanos();
    while (running) {
      try {
        long toSweep = TimeUnit.NANOSECONDS.toMillis(nextSweep - System.nanoTime());
        Fresh first = fresh.poll(Duration.ofMillis(Math.clamp(toSweep, 0, 200)));
        if (first != null) {
          keepPace(lastSent);
          Together batch = fresh.with(first, MAX_RECORDS, MAX_TEXT);
          if (batch.full()) {
            awaitRoom();
          }
          send(batch.records());
          lastSent = System.nanoTime();
        }
        boolean freshOnly = arrivals.areFlood() && !arrivals.areFloodFor(LONGEST_FLOOD);
        if (System.nanoTime() - nextSweep >= 0 && !freshOnly) {
          int claimed = sendClaimed();
          lastSent = System.nanoTime();
          nextSweep = lastSent + (claimed < MAX_RECORDS ? SWEEP.toNanos() : 0);
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        log.warn("Records stay in the outbox and are sent again when their lease has run out", e);
        nextSweep = System.nanoTime() + SWEEP.toNanos();
      }
    }
  }

  private void keepPace(long lastSent) throws InterruptedException {
    boolean full = fresh.size() >= MAX_RECORDS;
    while (left(full ? Duration.ZERO : PACE, lastSent) > 0
        || (arrivals.areFlood() && left(paceOfFlood, lastSent) > 0)) {
      TimeUnit.MILLISECONDS.sleep(20);
      full = fresh.size() >= MAX_RECORDS;
    }
  }

  private static long left(Duration pace, long since) {
    return since + pace.toNanos() - System.nanoTime();
  }

  /**
   * @param length of the body
   */
  private record Claimed(UUID id, int length) {}

  /**
   * Sends what waits with a lease that has run out, not more than fits into memory at a time. What
   * could not be sent within most of the new lease is left to a later claim, of any node.
   */
  private int sendClaimed() throws InterruptedException {
    long begin = System.nanoTime();
    List<Claimed> claimed =
        jdbc.sql(CLAIM)
            .query((rs, _) -> new Claimed(rs.getObject(1, UUID.class), rs.getInt(2)))
            .list();
    List<UUID> together = new ArrayList<>();
    int text = 0;
    for (Claimed row : claimed) {
      if (!together.isEmpty() && text + row.length() > MAX_TEXT) {
        send(read(together));
        awaitRoom();
        if (System.nanoTime() - begin > MOST_OF_LEASE.toNanos()) {
          return claimed.size();
        }
        together.clear();
        text = 0;
      }
      together.add(row.id());
      text += row.length();
    }
    send(read(together));
    if (claimed.size() == MAX_RECORDS) {
      awaitRoom();
    }
    return claimed.size();
  }

  /** A row that cannot be read must not keep those that were claimed with it from the trail. */
  private List<AuditRecord> read(List<UUID> ids) {
    List<Row> rows =
        jdbc.sql("SELECT id, number, body FROM outbox_record WHERE id = ANY(:ids)")
            .param("ids", ids.toArray(UUID[]::new))
            .query((rs, _) -> new Row(rs.getObject(1, UUID.class), rs.getLong(2), rs.getString(3)))
            .list();
    List<AuditRecord> records = new ArrayList<>();
    for (Row row : rows) {
      try {
        records.add(row.record());
      } catch (JacksonException e) {
        refused(row.id(), e);
      }
    }
    return records;
  }

  /**
   * In a flood, until audit-service has taken most of what was sent: what waited in the queue for
   * longer than its lease would be sent again and again. Meanwhile the outbox takes the rest.
   */
  private void awaitRoom() throws InterruptedException {
    while (running && messagesWaiting() > MOST_WAITING) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private int messagesWaiting() {
    String waiting =
        sqs.getQueueAttributes(
                request ->
                    request
                        .queueUrl(url())
                        .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
            .join()
            .attributes()
            .get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES);
    return waiting == null ? 0 : Integer.parseInt(waiting);
  }

  /**
   * @param body the record without its number
   */
  private record Row(UUID id, long number, String body) {
    AuditRecord record() {
      return Json.read(body, AuditRecord.class).numbered(number);
    }
  }

  /** Messages as large as may be: most often one. */
  private void send(List<AuditRecord> records) {
    if (records.isEmpty()) {
      return;
    }
    boolean several = records.size() > 1;
    String text;
    try {
      text = QueueText.of(new RecordBatch(records));
    } catch (JacksonException e) {
      refused(records, e);
      return;
    }
    String message = QueueText.pack(text);
    if (several && (text.length() > MAX_TEXT || message.length() > MAX_MESSAGE)) {
      sendHalves(records);
      return;
    }
    try {
      send(message);
    } catch (CompletionException e) {
      if (!QueueRefusals.isOfMessage(e)) {
        throw e;
      }
      refused(records, e);
    }
  }

  /** By the queue, or before it: one record must not keep others from the trail. */
  private void refused(List<AuditRecord> records, RuntimeException e) {
    if (records.size() > 1) {
      sendHalves(records);
    } else {
      refused(records.getFirst().id(), e);
    }
  }

  private void sendHalves(List<AuditRecord> records) {
    int half = records.size() / 2;
    send(records.subList(0, half));
    send(records.subList(half, records.size()));
  }

  /** It stays in the outbox, and is tried again so seldom that it costs nobody else's time. */
  private void refused(UUID record, RuntimeException e) {
    log.error("Record {} cannot be sent; it stays in the outbox", record, e);
    jdbc.sql("UPDATE outbox_record SET lease_until = now() + interval '1 hour' WHERE id = :id")
        .param("id", record)
        .update();
  }

  private void send(String message) {
    sqs.sendMessage(request -> request.queueUrl(url()).messageBody(message)).join();
  }

  private String url() {
    return queueUrl.get(
        QueueNames.AUDIT_RECORDS,
        name -> sqs.getQueueUrl(request -> request.queueName(name)).join().queueUrl());
  }

  @Override
  public void start() {
    running = true;
    thread = Thread.ofPlatform().name("record-relay").daemon().start(this::relay);
  }

  @Override
  public void stop() {
    running = false;
    Thread relaying = thread;
    if (relaying != null) {
      relaying.interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return 0;
  }
}
