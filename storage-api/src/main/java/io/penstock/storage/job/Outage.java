package io.penstock.storage.job;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether something that we need is away, and since when; logs its going and its coming back once.
 */
final class Outage {
  private static final Logger log = LoggerFactory.getLogger(Outage.class);

  private final String of;
  private final Ticker ticker;
  private @Nullable Long since;
  private long lastGood;

  /**
   * @param of what may be away, for the log
   * @param ticker goes on evenly, whatever happens to the wall clock
   */
  Outage(String of, Ticker ticker) {
    this.of = of;
    this.ticker = ticker;
    this.lastGood = ticker.read();
  }

  synchronized void failed(Throwable cause) {
    if (since == null) {
      since = ticker.read();
      log.error("{} cannot be reached; jobs wait and are sent when it is back", of, cause);
    }
  }

  synchronized void good() {
    lastGood = ticker.read();
    if (since != null) {
      log.info("{} is back after {}", of, Duration.ofNanos(lastGood - since));
      since = null;
    }
  }

  synchronized boolean isOn() {
    return since != null;
  }

  /** How long it has been away; zero when it is not. */
  synchronized Duration lasting() {
    return since == null ? Duration.ZERO : Duration.ofNanos(ticker.read() - since);
  }

  /** How long ago it last answered. */
  synchronized Duration sinceGood() {
    return Duration.ofNanos(ticker.read() - lastGood);
  }
}
