package io.penstock.audit.ingest;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how many characters are worked on at once: who comes later waits, in the order of coming.
 * Thread-safe.
 */
final class TextBudget {
  /** Short of the time after which a queue shows the message to others. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final int most;
  private final Semaphore left;

  /**
   * @param most characters
   */
  TextBudget(int most) {
    this.most = most;
    this.left = new Semaphore(most, true);
  }

  boolean isAwaited() {
    return left.hasQueuedThreads();
  }

  /**
   * Works when there is room. What is longer than the budget gets all of it.
   *
   * @throws PlatformException {@code UNAVAILABLE} when there was none in {@link #PATIENCE}, or when
   *     interrupted before; nothing was done then
   */
  void spend(int characters, Runnable work) {
    int share = Math.clamp(characters, 0, most);
    try {
      if (!left.tryAcquire(share, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new PlatformException(
            ErrorCode.UNAVAILABLE, "More records are on their way than can be kept now");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlatformException(
          ErrorCode.UNAVAILABLE, "Interrupted before the records were kept", e);
    }
    try {
      work.run();
    } finally {
      left.release(share);
    }
  }
}
