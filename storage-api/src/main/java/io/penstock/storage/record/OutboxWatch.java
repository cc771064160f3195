package io.penstock.storage.record;

import java.time.Duration;
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

  /**
   * By the database's clock alone. Ids are of the beginning of calls, which may have lasted long:
   * the first by id is not always the oldest, but it is among the first.
   */
  private static final String OLDEST =
      """
      SELECT extract(epoch FROM max(now() - created_at))
      FROM (SELECT created_at FROM outbox_record ORDER BY id LIMIT 500) oldest
      """;

  private final JdbcClient jdbc;
  private volatile Duration waiting = Duration.ZERO;

  OutboxWatch(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Scheduled(fixedDelayString = "PT5S", initialDelayString = "PT5S")
  void look() {
    try {
      seen(
          jdbc.sql(OLDEST)
              .query((rs, _) -> Duration.ofMillis(Math.round(rs.getDouble(1) * 1000)))
              .single());
    } catch (DataAccessException e) {
      log.debug("The outbox cannot be looked at", e); // the database has an indicator of its own
    }
  }

  /**
   * @param oldest how long the oldest record has waited; zero: there is none
   */
  void seen(Duration oldest) {
    boolean late = isLate();
    waiting = oldest;
    if (isLate() && !late) {
      log.error(
          "Records have waited for {} for audit-service to confirm them; none is lost, none is found",
          oldest);
    } else if (late && !isLate()) {
      log.info("No record waits for long any more");
    }
  }

  private boolean isLate() {
    return waiting.compareTo(PATIENCE) > 0;
  }

  @Override
  public Health health() {
    return isLate()
        ? Health.down().withDetail("oldestRecordWaitsSeconds", waiting.toSeconds()).build()
        : Health.up().build();
  }
}
