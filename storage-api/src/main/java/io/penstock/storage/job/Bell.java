package io.penstock.storage.job;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Tells the dispatcher that there may be something to send. Rings that come while it works are
 * heard as one. Nothing depends on it being heard: the dispatcher looks by itself, too.
 * Thread-safe.
 */
@Component
class Bell {
  private final Semaphore rings = new Semaphore(0);

  void ring() {
    rings.release();
  }

  /** Rings when the transaction at hand has committed. */
  void ringAfterCommit() {
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            ring();
          }
        });
  }

  /** Waits for a ring; false when the time was over before. */
  boolean await(Duration longest) throws InterruptedException {
    boolean heard = rings.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS);
    rings.drainPermits();
    return heard;
  }
}
