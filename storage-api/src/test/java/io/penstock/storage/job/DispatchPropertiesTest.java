package io.penstock.storage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class DispatchPropertiesTest {

  @Test
  void defaults() {
    assertThat(bound(Map.of()))
        .isEqualTo(new DispatchProperties(Duration.ofSeconds(60), 8, 1, false));
  }

  @Test
  void everyPropertyCanBeSet() {
    assertThat(
            bound(
                Map.of(
                    "penstock.dispatch.lease", "5s",
                    "penstock.dispatch.max-attempts", "2",
                    "penstock.dispatch.workspace-reads", "6",
                    "penstock.dispatch.forget-leases-on-start", "true")))
        .isEqualTo(new DispatchProperties(Duration.ofSeconds(5), 2, 6, true));
  }

  @Test
  void leaseTooShortToWorkInIsRefused() {
    assertThatExceptionOfType(BindException.class)
        .isThrownBy(() -> bound(Map.of("penstock.dispatch.lease", "10ms")));
  }

  @Test
  void oneProjectLeavesTheLastReadOfAWorkspaceToOthers() {
    assertThat(bound(Map.of("penstock.dispatch.workspace-reads", "6")).workspaceReadsOfProject())
        .isEqualTo(5);
    assertThat(bound(Map.of()).workspaceReadsOfProject()).isEqualTo(1);
    assertThatExceptionOfType(BindException.class)
        .isThrownBy(() -> bound(Map.of("penstock.dispatch.workspace-reads", "0")));
  }

  private static DispatchProperties bound(Map<String, String> settings) {
    return new Binder(new MapConfigurationPropertySource(settings))
        .bindOrCreate("penstock.dispatch", DispatchProperties.class);
  }
}
