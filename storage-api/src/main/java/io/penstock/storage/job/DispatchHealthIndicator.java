package io.penstock.storage.job;

import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Unready when jobs could not be sent for half a minute. */
@Component
class DispatchHealthIndicator implements HealthIndicator {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Dispatcher dispatcher;

  DispatchHealthIndicator(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  @Override
  public Health health() {
    Duration unreachable = dispatcher.unreachable();
    return unreachable.compareTo(PATIENCE) > 0
        ? Health.down().withDetail("queueUnreachableSeconds", unreachable.toSeconds()).build()
        : Health.up().build();
  }
}
