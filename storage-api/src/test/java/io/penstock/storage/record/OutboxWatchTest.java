package io.penstock.storage.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class OutboxWatchTest {
  private static final Instant NOW = Instant.parse("2030-01-02T10:00:00Z");

  /** Nobody listens there. */
  private static final String NOWHERE = "jdbc:postgresql://127.0.0.1:1/none";

  private final OutboxWatch watch =
      new OutboxWatch(
          JdbcClient.create(new DriverManagerDataSource(NOWHERE)),
          Clock.fixed(NOW, ZoneOffset.UTC));

  private Status status() {
    return watch.health().getStatus();
  }

  @Test
  void recordThatWaitsForLongIsTold() {
    assertThat(status()).isEqualTo(Status.UP);

    watch.seen(Optional.of(NOW.minus(OutboxWatch.PATIENCE)));
    assertThat(status()).isEqualTo(Status.UP);

    watch.seen(Optional.of(NOW.minus(OutboxWatch.PATIENCE).minusMillis(1)));
    assertThat(status()).isEqualTo(Status.DOWN);
    watch.look(); // the database is away: what was seen last counts
    assertThat(status()).isEqualTo(Status.DOWN);

    watch.seen(Optional.empty());
    assertThat(status()).isEqualTo(Status.UP);
  }
}
