package io.penstock.storage.web;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * One thread that sends what stands in a table, claimed by lease, and removes what was taken. It is
 * woken after the commit that added something and looks by itself every few seconds, on every node:
 * what a node has claimed and not sent is somebody's again when the lease is over. Nothing is sent
 * inside a transaction. Thread-safe.
 */
public abstract class Relay implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Relay.class);
  private static final Duration TICK = Duration.ofSeconds(5);
  private static final long STOP_MILLIS = 15_000;

  private final String name;
  private final Semaphore rings = new Semaphore(0);
  private volatile boolean running;
  private boolean failing; // of the thread alone: an outage is told of once
  private @Nullable Thread thread;

  protected Relay(String name) {
    this.name = name;
  }

  /**
   * Claims and sends a batch.
   *
   * @return whether there may be more
   */
  protected abstract boolean round() throws InterruptedException;

  /** To be called in the transaction that adds something to send. */
  protected void wakeAfterCommit() {
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            rings.release();
          }
        });
  }

  private void run() {
    while (running) {
      try {
        if (!roundOrNone()) {
          boolean ignored = rings.tryAcquire(TICK.toMillis(), TimeUnit.MILLISECONDS);
          rings.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private boolean roundOrNone() throws InterruptedException {
    try {
      boolean more = round();
      failing = false;
      return more;
    } catch (RuntimeException | Error e) {
      if (!failing) {
        log.warn("{}: what was not sent is tried again when its lease is over", name, e);
      }
      failing = true;
      return false;
    }
  }

  @Override
  public void start() {
    running = true;
    thread = Thread.ofPlatform().name(name).daemon().start(this::run);
  }

  @Override
  public void stop() {
    running = false;
    rings.release();
    Thread relaying = thread;
    if (relaying == null) {
      return;
    }
    try {
      relaying.join(STOP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    relaying.interrupt();
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
