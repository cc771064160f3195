package io.penstock.storage.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {
  private static final Instant NOW = Instant.parse("2030-03-10T15:30:20.5Z");

  @ParameterizedTest
  @CsvSource({
    "0, 1970-01-01T00:00:00Z",
    "1893456000, 2030-01-01T00:00:00Z",
    "@1893456000, 2030-01-01T00:00:00Z",
    "1893456000.25, 2030-01-01T00:00:00Z",
    "2030-01-02, 2030-01-02T00:00:00Z",
    "2030-01-02T10:05, 2030-01-02T10:05:00Z",
    "2030-01-02 10:05:06, 2030-01-02T10:05:06Z",
    "2030-01-02T10:05:06Z, 2030-01-02T10:05:06Z",
    "2030-01-02T10:05:06.123456Z, 2030-01-02T10:05:06.123456Z",
    "2030-01-02T10:05:06+0100, 2030-01-02T09:05:06Z",
    "2030-01-02T10:05:06+01:00, 2030-01-02T09:05:06Z",
    "2030-01-02 10:05:06 +0100, 2030-01-02T09:05:06Z",
    "now, 2030-03-10T15:30:20.5Z",
    "Today, 2030-03-10T00:00:00Z",
    "yesterday, 2030-03-09T00:00:00Z",
    "-2 days, 2030-03-08T15:30:20.5Z",
    "-10 minutes, 2030-03-10T15:20:20.5Z",
    "-1 month, 2030-02-10T15:30:20.5Z",
    "3 weeks ago, 2030-02-17T15:30:20.5Z",
    "-1 day -2 hours, 2030-03-09T13:30:20.5Z",
    "+1 hour, 2030-03-10T16:30:20.5Z",
    "-30 sec, 2030-03-10T15:29:50.5Z"
  })
  void everyFormThatClientsSendIsUnderstood(String text, Instant expected) {
    assertThat(TimeText.parse("changedSince", text, NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "soon",
        "-2 parsecs",
        "2030-13-01",
        "2030-02-30",
        "--2 days",
        "99999999999999",
        "-99999 years",
        "2 days x"
      })
  void everythingElseIsRefusedByName(String text) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> TimeText.parse("changedSince", text, NOW))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_INVALID_DATE_TIME))
        .withMessageContaining("changedSince");
  }
}
