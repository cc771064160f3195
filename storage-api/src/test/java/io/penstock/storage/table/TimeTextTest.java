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
    "-30 sec, 2030-03-10T15:29:50.5Z",
    "2030/01/02, 2030-01-02T00:00:00Z",
    "2030/1/2 9:05, 2030-01-02T09:05:00Z",
    "2030-1-2, 2030-01-02T00:00:00Z",
    "02.01.2030, 2030-01-02T00:00:00Z",
    "2.1.2030 10:05:06 +0100, 2030-01-02T09:05:06Z",
    "2030-01-02T10:05:06+01, 2030-01-02T09:05:06Z",
    "2030-01-02t10:05:06z, 2030-01-02T10:05:06Z",
    "2030-01-02 10:05:06 UTC, 2030-01-02T10:05:06Z",
    "2030-01-02T10:05:06 0100, 2030-01-02T09:05:06Z",
    "2030-01-02T10:05:06 01:00, 2030-01-02T09:05:06Z",
    "2030-01-02 10:05:06.5 0130, 2030-01-02T08:35:06.5Z",
    "2030-01-02T10:05:06-0330, 2030-01-02T13:35:06Z",
    "2030-01-02 10:05 +1 day, 2030-01-03T10:05:00Z",
    "2030-01-02 10:05 +10 days, 2030-01-12T10:05:00Z",
    "2030-01-02 -1 day, 2030-01-01T00:00:00Z",
    "2030-03-31 -1 month, 2030-02-28T00:00:00Z",
    "midnight, 2030-03-10T00:00:00Z",
    "noon, 2030-03-10T12:00:00Z",
    "tomorrow, 2030-03-11T00:00:00Z",
    "yesterday 10:00, 2030-03-09T10:00:00Z",
    "yesterday noon, 2030-03-09T12:00:00Z",
    "yesterday 10:00 +0200, 2030-03-09T08:00:00Z",
    "today -2 days, 2030-03-08T00:00:00Z",
    "today - 2 days, 2030-03-08T00:00:00Z",
    "today-2days, 2030-03-08T00:00:00Z",
    "yesterday +90 minutes, 2030-03-09T01:30:00Z",
    "now -1 hour, 2030-03-10T14:30:20.5Z",
    "midnight -1 day, 2030-03-09T00:00:00Z",
    "10:00, 2030-03-10T10:00:00Z",
    "-1 day 10:00, 2030-03-09T10:00:00Z",
    "last week, 2030-03-03T15:30:20.5Z",
    "next week, 2030-03-17T15:30:20.5Z",
    "last month, 2030-02-10T15:30:20.5Z",
    "previous month, 2030-02-10T15:30:20.5Z",
    "next year, 2031-03-10T15:30:20.5Z",
    "this year, 2030-03-10T15:30:20.5Z",
    "last monday, 2030-03-04T00:00:00Z",
    "last sunday, 2030-03-03T00:00:00Z",
    "next sunday, 2030-03-17T00:00:00Z",
    "next Monday 08:30, 2030-03-11T08:30:00Z",
    "first day of this month, 2030-03-01T15:30:20.5Z",
    "first day of this month 00:00, 2030-03-01T00:00:00Z",
    "first day of last month midnight, 2030-02-01T00:00:00Z",
    "last day of next month midnight, 2030-04-30T00:00:00Z",
    "'Wed, 02 Jan 2030 10:05:06 +0100', 2030-01-02T09:05:06Z",
    "'Wed, 2 Jan 2030 10:05:06 GMT', 2030-01-02T10:05:06Z",
    "02 Jan 2030 10:05 -0100, 2030-01-02T11:05:00Z"
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
        "2 days x",
        "2030/13/01",
        "31.02.2030",
        "2030-01/02",
        "01/02/2030",
        "2030-01-02T25:00",
        "2030-01-02T10:60",
        "2030-01-02T10:05:06+1900",
        "2030-01-02T10:05:06 9900",
        "2030-01-02 2030-01-03",
        "10:00 11:00",
        "10:00 yesterday",
        "today yesterday",
        "10:00 pm",
        "yesterday yesterday",
        "last parsec",
        "monday",
        "next last monday",
        "first day of",
        "first day of this year",
        "Tue, 02 Jan 2030 10:05:06 +0000",
        "02 Foo 2030",
        "nowish",
        "+",
        "999999999 years"
      })
  void everythingElseIsRefusedByName(String text) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> TimeText.parse("changedSince", text, NOW))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_INVALID_DATE_TIME))
        .withMessageContaining("changedSince");
  }
}
