package io.penstock.storage.record;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** How fast records come. Anybody may add; only the relay's thread asks. */
final class Arrivals {
  /** Records a second that audit-service has to keep up with; what is more is a flood. */
  private static final int FLOOD = 2_000;

  private static final Duration LOOK = Duration.ofMillis(250);

  private final LongSupplier nanos;
  private final LongAdder count = new LongAdder();
  private long seen;
  private long seenAt;
  private long calmAt;
  private boolean flood;

  /**
   * @param nanos a clock that never goes back
   */
  Arrivals(LongSupplier nanos) {
    this.nanos = nanos;
    this.seenAt = nanos.getAsLong();
    this.calmAt = seenAt;
  }

  void add(int records) {
    count.add(records);
  }

  /** Whether there is a flood, by the last quarter of a second or more. */
  boolean areFlood() {
    long now = nanos.getAsLong();
    if (now - seenAt >= LOOK.toNanos()) {
      long sum = count.sum();
      flood = (sum - seen) * 1e9 > (double) FLOOD * (now - seenAt);
      seen = sum;
      seenAt = now;
    }
    if (!flood) {
      calmAt = now;
    }
    return flood;
  }

  /** Whether there has been a flood without a pause for longer than this. */
  boolean areFloodFor(Duration time) {
    return areFlood() && nanos.getAsLong() - calmAt > time.toNanos();
  }
}
