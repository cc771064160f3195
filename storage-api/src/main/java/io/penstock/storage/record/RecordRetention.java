package io.penstock.storage.record;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How far back an organisation's records can be found. It is applied to every search when that is
 * made, on every node from the moment of the change on; the log is not touched by it: its entries
 * are locked, and a tree without some of its leaves proves nothing.
 */
@Component
public class RecordRetention {
  private final JdbcClient jdbc;
  private final Clock clock;

  RecordRetention(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** The oldest time that the project's records are found from; empty: all are. */
  public Optional<Instant> horizonOf(long projectId) {
    return jdbc.sql(
            """
            SELECT o.record_retention_days FROM project p JOIN organisation o ON o.id = p.organisation_id
            WHERE p.id = :id AND o.record_retention_days IS NOT NULL
            """)
        .param("id", projectId)
        .query(Integer.class)
        .optional()
        .map(days -> clock.instant().minus(Duration.ofDays(days)));
  }

  /**
   * Sets the organisation's rule, in the transaction at hand.
   *
   * @param days null: for ever
   */
  public void keep(long organisationId, @Nullable Integer days) {
    jdbc.sql("UPDATE organisation SET record_retention_days = :days WHERE id = :id")
        .param("days", days)
        .param("id", organisationId)
        .update();
  }
}
