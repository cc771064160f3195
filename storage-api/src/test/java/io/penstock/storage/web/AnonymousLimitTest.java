package io.penstock.storage.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.AuditRecord.Kind;
import io.penstock.model.audit.AuditRecord.Source;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnonymousLimitTest {
  private static final int LIMIT = 10;
  private static final Clock SECOND =
      Clock.fixed(Instant.parse("2030-01-02T10:00:00Z"), ZoneOffset.UTC);
  private static final Clock LATER = Clock.offset(SECOND, Duration.ofSeconds(1));

  private final List<AuditRecord> durable = new CopyOnWriteArrayList<>();
  private final MovingClock clock = new MovingClock();
  private final CallRecords records = new CallRecords(clock);
  private final AnonymousLimit limit =
      new AnonymousLimit(LIMIT, clock, records, this::write, Runnable::run);
  private boolean broken;

  /** One second, and then the next. */
  private static final class MovingClock extends Clock {
    private volatile Clock now = SECOND;

    @Override
    public Instant instant() {
      return now.instant();
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }
  }

  private void write(AuditRecord record) {
    if (broken) {
      throw new PlatformException(ErrorCode.UNAVAILABLE, "The database is away");
    }
    durable.add(record);
  }

  @Test
  void callsWithinTheLimitAreNobodysBusiness() {
    for (int i = 0; i < LIMIT; i++) {
      assertThat(answeredWith("192.0.2.1", 401)).isNull();
    }
    for (int i = 0; i < LIMIT; i++) {
      assertThat(answeredWith("192.0.2.2", 404)).isNull();
    }

    assertThat(durable).isEmpty();
  }

  @Test
  void callsAboveTheLimitShareTheSecondsRecord() {
    exhaust();

    Set<UUID> told = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      told.add(answeredWith("192.0.2.1", 401));
    }

    assertThat(durable).hasSize(1);
    assertThat(told).containsExactly(durable.getFirst().id());
    assertThat(durable.getFirst().status()).isEqualTo(429);
    assertThat(durable.getFirst().organisationId()).isNull();
    assertThat(durable.getFirst().results()).containsEntry("counted", 0L);
  }

  @Test
  void everyCallIsToldOfExactlyOnce() {
    exhaust();
    above(50);
    clock.now = LATER;
    exhaust();
    above(7);

    limit.stop();

    assertThat(durable).hasSize(3);
    assertThat(durable.get(1).results()).containsEntry("counted", 49L);
    assertThat(durable.get(2).kind()).isEqualTo(Kind.ACT);
    assertThat(durable.get(2).results()).containsEntry("counted", 6L);
    assertThat(durable.get(2).params()).containsEntry("call", durable.get(1).id().toString());
    assertThat(durable.get(2).source().address()).isEqualTo("192.0.2.1");
  }

  @Test
  void floodOfManyThreadsIsCountedWholeToo() throws Exception {
    List<Future<@Nullable UUID>> answers = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 500; i++) {
        Callable<@Nullable UUID> call = () -> answeredWith("192.0.2.1", 401);
        answers.add(threads.submit(call));
      }
    }
    int alone = 0;
    for (Future<@Nullable UUID> answer : answers) {
      alone += answer.get() == null ? 1 : 0;
    }

    limit.stop();

    assertThat(alone).isEqualTo(LIMIT);
    assertThat(durable).hasSize(2);
    assertThat(durable.get(1).results()).containsEntry("counted", 500L - LIMIT - 1);
  }

  @Test
  void nobodyIsToldOfARecordThatIsNotThere() {
    exhaust();
    broken = true;

    for (int i = 0; i < 3; i++) {
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> answeredWith("192.0.2.1", 401))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }
  }

  private void exhaust() {
    for (int i = 0; i < LIMIT; i++) {
      assertThat(answeredWith("192.0.2.1", 401)).isNull();
    }
  }

  private void above(int calls) {
    for (int i = 0; i < calls; i++) {
      assertThat(answeredWith("192.0.2.1", 401)).isNotNull();
    }
  }

  /** The record that the call is told; null: its own. */
  private @Nullable UUID answeredWith(String address, int status) {
    Call call =
        new Call(
            clock.instant(),
            "GET /v2/storage/buckets",
            "",
            new Source(address, null, null),
            null,
            null,
            -1);
    AnonymousLimit.Excess excess = limit.excessOf(call, status);
    return excess == null ? null : limit.recorded(excess, call);
  }
}
