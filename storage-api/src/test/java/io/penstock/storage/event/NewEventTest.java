package io.penstock.storage.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Params;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NewEventTest {
  private static void assertRefused(ErrorCode code, Map<String, Object> params) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> NewEvent.of(new Params(params, true)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void jsonTextStandsForAnObject() {
    NewEvent event =
        NewEvent.of(
            new Params(
                Map.of(
                    "component", "ex-demo",
                    "message", "done",
                    "params", "{\"a\":{\"b\":1}}",
                    "duration", "1.5"),
                false));

    assertThat(event.params()).isEqualTo(Map.of("a", Map.of("b", 1)));
    assertThat(event.results()).isEmpty();
    assertThat(event.millis()).isEqualTo(1500);
    assertThat(event.type()).isEqualTo("info");
    assertThat(event.operation()).isEqualTo("ext.ex-demo.");
  }

  @Test
  void whatIsMissingOrWrongIsRefused() {
    assertRefused(ErrorCode.EVENT_SCHEMA, Map.of("message", "x"));
    assertRefused(ErrorCode.EVENT_SCHEMA, Map.of("component", "x"));
    assertRefused(ErrorCode.EVENT_SCHEMA, Map.of("component", "x", "message", "y", "type", "bad"));
    assertRefused(
        ErrorCode.REQUEST_TOO_LARGE, Map.of("component", "x", "message", "y".repeat(205_000)));
  }
}
