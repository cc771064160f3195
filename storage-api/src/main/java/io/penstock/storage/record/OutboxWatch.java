package io.penstock.storage.record;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Looks now and then for how long the oldest record has waited for audit-service to confirm it.
 * Records in the outbox are durable, so that calls go on and no node is taken away for it; but
 * nobody finds or proves them, and the outbox grows. Thread-safe.
 */
@Component
class OutboxWatch implements HealthIndicator {
  private static final Logger log = LoggerFactory.getLogger(OutboxWatch.class);

  /** What is older needs somebody. */
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private final JdbcClient jdbc;
  private final Clock clock;
  private volatile @Nullable Instant oldest;
  private volatile boolean late;

  OutboxWatch(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @Scheduled(fixedDelayString = "PT5S", initialDelayString = "PT5S")
  void look() {
    try {
      seen(
          jdbc.sql("SELECT id FROM outbox_record ORDER BY id LIMIT 1")
              .query(UUID.class)
              .optional()
              .map(id -> Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16)));
    } catch (DataAccessException e) {
      log.debug("The outbox cannot be looked at", e); // the database has an indicator of its own
    }
  }

  /**
   * @param since when the oldest record was made, by its id (RFC 9562, section 5.7)
   */
  void seen(Optional<Instant> since) {
    oldest = since.orElse(null);
    boolean now = waiting().compareTo(PATIENCE) > 0;
    if (now && !late) {
      log.error(
          "Records wait since {} for audit-service to confirm them; none is lost, none is found",
          oldest);
    } else if (late && !now) {
      log.info("No record waits for long any more");
    }
    late = now;
  }

  private Duration waiting() {
    Instant since = oldest;
    return since == null ? Duration.ZERO : Duration.between(since, clock.instant());
  }

  @Override
  public Health health() {
    Duration waiting = waiting();
    return waiting.compareTo(PATIENCE) > 0
        ? Health.down().withDetail("oldestRecordWaitsSeconds", waiting.toSeconds()).build()
        : Health.up().build();
  }
}
