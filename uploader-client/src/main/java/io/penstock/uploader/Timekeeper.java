package io.penstock.uploader;

import java.time.Duration;
import java.time.Instant;

/** Time as this package sees it: a test puts its own in, so that no test has to wait. */
interface Timekeeper {
  /** Time since some fixed point, in nanoseconds; only differences mean something. */
  long nanos();

  Instant now();

  void pause(Duration pause) throws InterruptedException;

  /** The machine's clock. */
  static Timekeeper system() {
    return new Timekeeper() {
      @Override
      public long nanos() {
        return System.nanoTime();
      }

      @Override
      public Instant now() {
        return Instant.now();
      }

      @Override
      public void pause(Duration pause) throws InterruptedException {
        Thread.sleep(pause);
      }
    };
  }
}
