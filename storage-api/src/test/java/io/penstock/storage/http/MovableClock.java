package io.penstock.storage.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The wall clock of a node, which can be put forward. */
final class MovableClock extends Clock {
  private final InstantSource real = InstantSource.system();
  private volatile Duration ahead = Duration.ZERO;

  void isAheadBy(Duration duration) {
    ahead = duration;
  }

  @Override
  public Instant instant() {
    return real.instant().plus(ahead);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
