package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times as callers write them (chapter 2.6): unix seconds, or a phrase of PHP's {@code strtotime}
 * that has one meaning only, as {@link TimePhrase} reads them. What names no zone is UTC.
 */
final class TimeText {
  private static final int MAX_LENGTH = 100;
  private static final Pattern SECONDS = Pattern.compile("@?(-?\\d{1,12})(?:\\.\\d{1,9})?");

  private TimeText() {}

  /**
   * The time that the text stands for.
   *
   * @param parameter named in the refusal
   * @throws PlatformException {@code TABLE_INVALID_DATE_TIME}
   */
  static Instant parse(String parameter, String text, Instant now) {
    String trimmed = text.trim();
    if (trimmed.isEmpty() || trimmed.length() > MAX_LENGTH) {
      throw invalid(parameter, null);
    }
    try {
      Matcher seconds = SECONDS.matcher(trimmed);
      return bounded(
          seconds.matches()
              ? Instant.ofEpochSecond(Long.parseLong(seconds.group(1)))
              : new TimePhrase(trimmed, now).time());
    } catch (DateTimeException | ArithmeticException e) {
      throw invalid(parameter, e);
    }
  }

  private static PlatformException invalid(
      String parameter, @org.jspecify.annotations.Nullable Throwable cause) {
    return new PlatformException(
        ErrorCode.TABLE_INVALID_DATE_TIME,
        parameter
            + " is not a time: use unix seconds, ISO 8601 or a form such as \"-2 days\" or"
            + " \"yesterday 10:00\"",
        cause);
  }

  /** PostgreSQL's years end before Java's do. */
  private static Instant bounded(Instant time) {
    int year = time.atZone(ZoneOffset.UTC).getYear();
    if (year < 1 || year > 9999) {
      throw new DateTimeException("The year must have one to four digits");
    }
    return time;
  }
}
