package io.penstock.audit.search;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets so many searches run at once, however many are asked for. */
final class SearchTurns {
  static final Duration LONGEST_SEARCH = Duration.ofSeconds(20);
  private static final int MOST_SEARCHES_AT_ONCE = 16;

  private final Semaphore turns = new Semaphore(MOST_SEARCHES_AT_ONCE);

  void take(Runnable search) {
    boolean mine = false;
    try {
      mine = turns.tryAcquire(LONGEST_SEARCH.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (!mine) {
      throw new PlatformException(ErrorCode.UNAVAILABLE, "Too many searches at once, try again");
    }
    try {
      search.run();
    } finally {
      turns.release();
    }
  }

  static PlatformException tookTooLong() {
    return new PlatformException(
        ErrorCode.UNAVAILABLE, "The search took too long, narrow it by since or component");
  }
}
