package io.penstock.storage.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class OutboxWatchTest {
  /** Nobody listens there. */
  private static final String NOWHERE = "jdbc:postgresql://127.0.0.1:1/none";

  private final OutboxWatch watch =
      new OutboxWatch(JdbcClient.create(new DriverManagerDataSource(NOWHERE)));

  private Status status() {
    return watch.health().getStatus();
  }

  @Test
  void recordThatWaitsForLongIsTold() {
    assertThat(status()).isEqualTo(Status.UP);

    watch.seen(OutboxWatch.PATIENCE);
    assertThat(status()).isEqualTo(Status.UP);

    watch.seen(OutboxWatch.PATIENCE.plusMillis(1));
    assertThat(status()).isEqualTo(Status.DOWN);
    watch.look(); // the database is away: what was seen last counts
    assertThat(status()).isEqualTo(Status.DOWN);

    watch.seen(Duration.ZERO);
    assertThat(status()).isEqualTo(Status.UP);
  }
}
