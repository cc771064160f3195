package io.penstock.storage.job;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Tells the dispatcher that there may be something to send, and whoever waits for a job that it has
 * ended. Rings that come while the dispatcher works are heard as one. Nothing depends on being
 * heard: everybody looks by himself, too, and another node's bell is not heard at all. Thread-safe.
 */
@Component
class Bell {
  private final Semaphore rings = new Semaphore(0);
  private final Map<Long, CountDownLatch> awaited = new ConcurrentHashMap<>();

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

  /** As {@link #ringAfterCommit()}, for the end of a job. */
  void ringForEndAfterCommit(long jobId) {
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            CountDownLatch latch = awaited.remove(jobId);
            if (latch != null) {
              latch.countDown();
            }
            ring();
          }
        });
  }

  /** Waits until the job's end is rung for, or the time is over. */
  void awaitEnd(long jobId, Duration longest) throws InterruptedException {
    CountDownLatch latch = awaited.computeIfAbsent(jobId, _ -> new CountDownLatch(1));
    try {
      boolean _ = latch.await(longest.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      awaited.remove(jobId, latch);
    }
  }

  /** Waits for a ring; false when the time was over before. */
  boolean await(Duration longest) throws InterruptedException {
    boolean heard = rings.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS);
    rings.drainPermits();
    return heard;
  }
}
