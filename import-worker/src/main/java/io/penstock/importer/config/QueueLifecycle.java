package io.penstock.importer.config;

import io.penstock.importer.intake.SqsJobQueue;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/**
 * Starts a queue's slots with the application, stops them before anything that they use, and tells
 * whether they receive.
 */
final class QueueLifecycle implements SmartLifecycle, HealthIndicator {
  private final SqsJobQueue queue;
  private volatile boolean running;

  QueueLifecycle(SqsJobQueue queue) {
    this.queue = queue;
  }

  @Override
  public void start() {
    running = true;
    queue.start();
  }

  @Override
  public void stop() {
    running = false;
    queue.close();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public Health health() {
    return queue.isReceiving() ? Health.up().build() : Health.down().build();
  }
}
