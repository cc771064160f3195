package io.penstock.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Measures how long it takes from an answer until a search finds its record. */
final class LagRun {
  private static final int CONNECTIONS = 8;

  /** One of so many answers is followed. */
  private static final int SAMPLED = 10;

  private static final Duration BETWEEN_SEARCHES = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** A record is older than its answer by no more than this. */
  private static final Duration LONGEST_CALL = Duration.ofSeconds(2);

  private final CalledPlatform platform;
  private final Awaited awaited = new Awaited();
  private final AtomicBoolean called = new AtomicBoolean();

  LagRun(CalledPlatform platform) {
    this.platform = platform;
  }

  /**
   * Calls, and searches meanwhile and afterwards.
   *
   * @throws Expected.VerificationFailure when a record is not found
   */
  TrailResult.Lag run(int perSecond, Duration length) throws Exception {
    try (ExecutorService searching = Executors.newSingleThreadExecutor()) {
      Future<Boolean> all = searching.submit(this::search);
      PacedCalls calls;
      try {
        calls = PacedCalls.run(platform.target(), perSecond, length, CONNECTIONS, this::answered);
      } finally {
        called.set(true);
      }
      platform.called(calls.calls());
      if (!all.get()) {
        throw new Expected.VerificationFailure(
            awaited.waiting() + " records were not found within " + PATIENCE.toSeconds() + " s");
      }
      return TrailResult.Lag.of(calls.calls() / calls.seconds(), awaited.millis());
    }
  }

  private void answered(long number, KeepAlive.Answer answer, long nanos) {
    if (number % SAMPLED == 0) {
      awaited.add(UUID.fromString(answer.recordId()), new Awaited.Answered(Instant.now(), nanos));
    }
  }

  /** One search after the other for the oldest that wait; false when some are never found. */
  private boolean search() throws Exception {
    long until = Long.MAX_VALUE;
    while (!called.get() || awaited.waiting() > 0) {
      if (called.get() && until == Long.MAX_VALUE) {
        until = System.nanoTime() + PATIENCE.toNanos();
      }
      if (until != Long.MAX_VALUE && System.nanoTime() - until > 0) {
        return false;
      }
      Optional<Instant> oldest = awaited.oldest();
      if (oldest.isPresent()) {
        awaited.found(
            platform.audit().calls(platform.project(), oldest.get().minus(LONGEST_CALL)),
            System.nanoTime());
      }
      Thread.sleep(BETWEEN_SEARCHES.toMillis());
    }
    return true;
  }
}
