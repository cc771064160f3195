package io.penstock.storage.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.storage.table.WarehouseProperties;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class AwaitPropertiesTest {
  /** When the Go client gives up, with time to tell what has become of the call. */
  private static final Duration PATIENCE = Duration.ofSeconds(27);

  @Test
  void synchronousCallsAreAnsweredBeforeClientsGiveUp() {
    Binder nothingSet = new Binder(new MapConfigurationPropertySource(Map.of()));

    assertThat(nothingSet.bindOrCreate("penstock.jobs", AwaitProperties.class).syncWait())
        .isPositive()
        .isLessThan(PATIENCE);
    assertThat(
            nothingSet.bindOrCreate("penstock.warehouse", WarehouseProperties.class).readTimeout())
        .isPositive()
        .isLessThan(PATIENCE);
  }
}
