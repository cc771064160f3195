package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.model.audit.AuditRecord;
import io.penstock.storage.record.Question;
import io.penstock.storage.record.RecordIds;
import io.penstock.storage.record.RecordRelay;
import io.penstock.storage.record.SharedCommit;
import io.penstock.storage.record.SharedCommit.Answered;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What is asked on the journey of a record never costs the record. */
class QuestionsIT {
  private static final long PROJECT = 12;

  private final Gateway gateway = Gateway.get();
  private final SharedCommit commit = gateway.context.getBean(SharedCommit.class);
  private final RecordRelay relay = gateway.context.getBean(RecordRelay.class);

  /** Twice each key, in two statements. */
  private static class Doubled implements Question<Long> {
    private final String second;

    Doubled(String second) {
      this.second = second;
    }

    @Override
    public String sql() {
      return "SELECT unnest(?::bigint[]) AS key; " + second;
    }

    @Override
    public int parameters() {
      return 2;
    }

    @Override
    public Map<Long, Long> results(PreparedStatement executed) throws SQLException {
      assertThat(executed.getMoreResults()).isTrue();
      Map<Long, Long> found = new HashMap<>();
      try (ResultSet rs = executed.getResultSet()) {
        while (rs.next()) {
          found.put(rs.getLong(1), rs.getLong(2));
        }
      }
      return found;
    }
  }

  private static final Question<Long> ANSWERED =
      new Doubled("SELECT key, 2 * key FROM unnest(?::bigint[]) AS key WHERE key <> 4");

  private static final Question<Long> UNREADABLE =
      new Doubled("SELECT 'one', 'two' FROM unnest(?::bigint[])");

  private static final Question<Long> FAILING =
      new Doubled("SELECT key, 2 / (key - key) FROM unnest(?::bigint[]) AS key");

  private static final Question<Long> ENDLESS =
      new Doubled("SELECT key, pg_sleep(60) FROM unnest(?::bigint[]) AS key");

  /** Whatever else is slow for a moment: what is cancelled then is asked again. */
  @Test
  void everyCallIsToldWhatItAskedWithItsOwnRecord() {
    await().atMost(Duration.ofSeconds(40)).untilAsserted(this::askManyAtOnce);
  }

  private void askManyAtOnce() throws Exception {
    awaitQuestions();
    long counter = counter();
    Map<AuditRecord, Future<Answered<Long>>> answers = new LinkedHashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (long call = 0; call < 60; call++) {
        long key = call % 20;
        AuditRecord record = record();
        answers.put(
            record, threads.submit(() -> ask(record, counter, ANSWERED, key).orElseThrow()));
      }
    }
    long key = 0;
    for (Map.Entry<AuditRecord, Future<Answered<Long>>> call : answers.entrySet()) {
      assertThat(isDurable(call.getKey())).isTrue();
      assertThat(call.getValue().get().value()).isEqualTo(key == 4 ? null : Long.valueOf(2 * key));
      key = (key + 1) % 20;
    }
  }

  /** Else every {@code tokens/verify} would be read alone, and only be slow. */
  @Test
  @SuppressWarnings("unchecked")
  void whatTokensVerifyShowsIsReadWithItsRecord() {
    gateway.master().get("tokens/verify").json(200);
    Question<Object> shown = gateway.context.getBean(Question.class);
    long token =
        Long.parseLong(gateway.master().get("tokens/verify").json(200).path("id").asString());
    awaitQuestions();

    Answered<Object> answered =
        commit.writeAndAsk(List.of(record()), counter(), shown, token).orElseThrow();

    assertThat(answered.value()).hasFieldOrPropertyWithValue("revocation", counter());
  }

  @Test
  void nothingIsWrittenForAnotherCounter() {
    AuditRecord record = record();

    assertThat(ask(record, counter() + 1, ANSWERED, 3)).isEmpty();

    assertThat(isDurable(record)).isFalse();
  }

  @Test
  void recordIsDurableWhateverBecomesOfTheQuestion() {
    for (Question<Long> question : List.of(UNREADABLE, FAILING, ENDLESS)) {
      awaitQuestions();
      AuditRecord record = record();

      assertThat(ask(record, counter(), question, 3)).contains(new Answered<>(null));

      assertThat(isDurable(record)).isTrue();
    }
    AuditRecord next = record();
    assertThat(ask(next, counter(), ANSWERED, 3))
        .as("none is asked soon after one that hung")
        .contains(new Answered<>(null));
    assertThat(isDurable(next)).isTrue();
  }

  /** After one that failed, none is asked for ten seconds. */
  private void awaitQuestions() {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> ask(record(), counter(), ANSWERED, 3).equals(Optional.of(new Answered<>(6L))));
  }

  private Optional<Answered<Long>> ask(
      AuditRecord record, long counter, Question<Long> question, long key) {
    return commit.writeAndAsk(List.of(record), counter, question, key);
  }

  private boolean isDurable(AuditRecord record) {
    return relay.findUnconfirmed(record.id()).isPresent();
  }

  private long counter() {
    return gateway
        .jdbc()
        .sql("SELECT revocation FROM project WHERE id = :id")
        .param("id", PROJECT)
        .query(Long.class)
        .single();
  }

  private static AuditRecord record() {
    return new AuditRecord(
        RecordIds.next(),
        0,
        AuditRecord.Kind.EVENT,
        Instant.now(),
        1L,
        PROJECT,
        AuditRecord.Actor.NOBODY,
        AuditRecord.Source.INTERNAL,
        "storage.test",
        AuditRecord.AuditObject.NONE,
        AuditRecord.Outcome.ALLOWED,
        0,
        0,
        null,
        null,
        "storage",
        null,
        "info",
        "",
        "",
        Map.of(),
        Map.of(),
        List.of());
  }
}
