package io.penstock.storage.job;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether something that we need is away, and since when; logs its going and its coming back once.
 */
final class Outage {
  private static final Logger log = LoggerFactory.getLogger(Outage.class);

  private final String of;
  private final Clock clock;
  private @Nullable Instant since;
  private Instant lastGood;

  /**
   * @param of what may be away, for the log
   */
  Outage(String of, Clock clock) {
    this.of = of;
    this.clock = clock;
    this.lastGood = clock.instant();
  }

  synchronized void failed(Throwable cause) {
    if (since == null) {
      since = clock.instant();
      log.error("{} cannot be reached; jobs wait and are sent when it is back", of, cause);
    }
  }

  synchronized void good() {
    lastGood = clock.instant();
    if (since != null) {
      log.info("{} is back after {}", of, Duration.between(since, lastGood));
      since = null;
    }
  }

  synchronized boolean isOn() {
    return since != null;
  }

  /** How long it has been away; zero when it is not. */
  synchronized Duration lasting() {
    return since == null ? Duration.ZERO : Duration.between(since, clock.instant());
  }

  /** How long ago it last answered. */
  synchronized Duration sinceGood() {
    return Duration.between(lastGood, clock.instant());
  }
}
