package io.penstock.storage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeFilterTest {

  @ParameterizedTest
  @CsvSource({
    "2030-01-02T10:00:05+0100, 2030-01-02T09:00:05Z",
    "2030-01-02T10:00:05 0100, 2030-01-02T09:00:05Z",
    "2030-01-02T10:00:05+01:00, 2030-01-02T09:00:05Z",
    "2030-01-02T10:00:05Z, 2030-01-02T10:00:05Z",
    "2030-01-02T10:00:05.250Z, 2030-01-02T10:00:05.250Z",
    "2030-01-02T10:00:05, 2030-01-02T10:00:05Z",
    "2030-01-02 10:00:05, 2030-01-02T10:00:05Z",
    "2030-01-02T10:00, 2030-01-02T10:00:00Z",
    "2030-01-02, 2030-01-02T00:00:00Z",
  })
  void isoDatesAreRead(String text, Instant expected) {
    assertThat(TimeFilter.parse("created_time", text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "2030-13-01", "2030-01-02T25:00:00", "1", "2030-01-02T"})
  void otherTextIsRefusedWithTheParametersName(String text) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> TimeFilter.parse("created_time", text))
        .withMessageContaining("created_time")
        .extracting(PlatformException::code)
        .isEqualTo(ErrorCode.VALIDATION);
  }
}
