package io.penstock.storage.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobTimesTest {
  private static final Instant NOW = Instant.parse("2030-01-02T10:00:00Z");
  private final JobTimes times = new JobTimes(Clock.fixed(NOW, ZoneOffset.UTC));

  @ParameterizedTest
  @CsvSource({
    "2030-01-02, 2030-01-02T00:00:00Z",
    "2030-01-02 10:20, 2030-01-02T10:20:00Z",
    "2030-01-02T10:20:30.5Z, 2030-01-02T10:20:30.5Z",
    "2030-01-02T10:20:30+0100, 2030-01-02T09:20:30Z",
    "2030-01-02T10:20:30 0100, 2030-01-02T09:20:30Z",
    "1893578400, 2030-01-02T10:00:00Z",
    "-2 days, 2029-12-31T10:00:00Z",
    "yesterday, 2030-01-01T00:00:00Z"
  })
  void jobsAreAskedForByTheTimesOfChanges(String text, Instant expected) {
    assertThat(times.read("created_time_from", text)).isEqualTo(expected);
  }

  @Test
  void refusalIsThatOfAList() {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> times.read("end_time", "soon"))
        .withMessageContaining("end_time")
        .extracting(PlatformException::code)
        .isEqualTo(ErrorCode.VALIDATION);
  }
}
