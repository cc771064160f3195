package io.penstock.uploader;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * The header by which a server asks for patience: <a
 * href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110, 10.2.3</a>.
 */
final class RetryAfter {
  private RetryAfter() {}

  /**
   * The pause that is asked for; zero when the value is empty, over, or neither seconds nor a date.
   */
  static Duration pause(String header, Instant now) {
    String value = header.trim();
    if (value.isEmpty()) {
      return Duration.ZERO;
    }
    try {
      Duration pause =
          value.chars().allMatch(c -> c >= '0' && c <= '9')
              ? Duration.ofSeconds(Long.parseLong(value))
              : Duration.between(
                  now,
                  ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      return pause.isNegative() ? Duration.ZERO : pause;
    } catch (NumberFormatException | DateTimeException _) {
      return Duration.ZERO;
    }
  }
}
