package io.penstock.bench;

import java.time.Duration;

/** Compares calls with what the log's checkpoints sign. */
final class LogCount {
  /** Checkpoints are not further behind, on a machine that is not idle. */
  private static final Duration BEHIND = Duration.ofSeconds(12);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final long calls;
  private final long size;

  private LogCount(long calls, long size) {
    this.calls = calls;
    this.size = size;
  }

  /** Begins to count once everything is signed that was recorded before. */
  static LogCount from(CalledPlatform platform) throws Exception {
    long _ = platform.records().settled();
    long size = platform.logSize();
    long changed = System.nanoTime();
    while (System.nanoTime() - changed < BEHIND.toNanos()) {
      Thread.sleep(500);
      long now = platform.logSize();
      if (now != size) {
        size = now;
        changed = System.nanoTime();
      }
    }
    return new LogCount(platform.calls(), size);
  }

  /**
   * Waits until all calls since are in the log.
   *
   * @throws Expected.VerificationFailure when records are missing, or there are more than calls
   */
  TrailResult.Logged until(CalledPlatform platform) throws Exception {
    LogCount end = from(platform);
    long made = end.calls - calls;
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (end.size - size < made && System.nanoTime() - until < 0) {
      end = from(platform);
    }
    if (end.size - size != made) {
      throw new Expected.VerificationFailure(
          "%d calls left %d records in the log".formatted(made, end.size - size));
    }
    return new TrailResult.Logged(made, end.size - size);
  }
}
