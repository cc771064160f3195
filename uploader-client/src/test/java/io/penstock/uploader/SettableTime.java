package io.penstock.uploader;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves only when somebody pauses. */
final class SettableTime implements Timekeeper {
  static final Instant START = Instant.parse("2030-01-02T10:00:00Z");

  final List<Duration> pauses = new CopyOnWriteArrayList<>();
  private final AtomicLong nanos = new AtomicLong();

  @Override
  public long nanos() {
    return nanos.get();
  }

  @Override
  public Instant now() {
    return START.plusNanos(nanos.get());
  }

  @Override
  public void pause(Duration pause) {
    pauses.add(pause);
    nanos.addAndGet(pause.toNanos());
  }
}
