package io.penstock.audit.ingest;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.util.concurrent.Semaphore;

/**
 * Bounds how many characters are worked on at once: who comes later waits, in the order of coming.
 * Thread-safe.
 */
final class TextBudget {
  private final int most;
  private final Semaphore left;

  /**
   * @param most characters
   */
  TextBudget(int most) {
    this.most = most;
    this.left = new Semaphore(most, true);
  }

  /**
   * Works when there is room. What is longer than the budget gets all of it.
   *
   * @throws PlatformException {@code UNAVAILABLE} when interrupted before; nothing was done then
   */
  void spend(int characters, Runnable work) {
    int share = Math.clamp(characters, 0, most);
    try {
      left.acquire(share);
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
