package io.penstock.audit.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeTextTest {

  @ParameterizedTest
  @CsvSource({
    "2030, 2030-01-01T00:00:00Z, 2031-01-01T00:00:00Z",
    "2030-02, 2030-02-01T00:00:00Z, 2030-03-01T00:00:00Z",
    "2030-01-31, 2030-01-31T00:00:00Z, 2030-02-01T00:00:00Z",
    "2030-01-02T10, 2030-01-02T10:00:00Z, 2030-01-02T11:00:00Z",
    "2030-01-02T10:05, 2030-01-02T10:05:00Z, 2030-01-02T10:06:00Z",
    "2030-01-02T10:05:07+0100, 2030-01-02T09:05:07Z, 2030-01-02T09:05:08Z",
    "2030-01-02 10:05:07.25Z, 2030-01-02T10:05:07.250Z, 2030-01-02T10:05:07.251Z",
    "2030-01-02T10:05:07.123456+01:00, 2030-01-02T09:05:07.123456Z, 2030-01-02T09:05:07.123457Z"
  })
  void textNamesASpan(String text, Instant from, Instant to) {
    assertThat(TimeText.parse(text))
        .isEqualTo(new TimeText(RecordDocument.micros(from), RecordDocument.micros(to)));
  }
}
