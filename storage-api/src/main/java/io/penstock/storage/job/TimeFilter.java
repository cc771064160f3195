package io.penstock.storage.job;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;
import java.util.regex.Pattern;

/** Reads the times that callers filter lists by. */
public final class TimeFilter {
  private static final DateTimeFormatter LENIENT =
      DateTimeFormatter.ofPattern(
          "yyyy-MM-dd[['T'][' ']HH:mm[:ss[.SSSSSSSSS][.SSSSSS][.SSS]]][XXX][XX][X]");

  /** A plus sign that was not percent-encoded in a query string arrives as a space. */
  private static final Pattern LOST_PLUS =
      Pattern.compile("(:\\d{2}(?:\\.\\d+)?) (\\d{2}:?\\d{2})$");

  private TimeFilter() {}

  /**
   * Reads what callers send: an ISO date, or date and time; without an offset it is UTC.
   *
   * @param name the parameter, for the message
   */
  public static Instant parse(String name, String text) {
    String restored = LOST_PLUS.matcher(text.trim()).replaceFirst("$1+$2");
    try {
      TemporalAccessor parsed =
          LENIENT.parseBest(restored, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
      return switch (parsed) {
        case OffsetDateTime time -> time.toInstant();
        case LocalDateTime time -> time.toInstant(ZoneOffset.UTC);
        case LocalDate date -> date.atStartOfDay().toInstant(ZoneOffset.UTC);
        default -> throw new IllegalStateException("Not asked for: " + parsed.getClass());
      };
    } catch (DateTimeParseException e) {
      throw new PlatformException(
          ErrorCode.VALIDATION,
          name + " must be a date and time such as 2030-01-02T10:00:00+0000",
          e);
    }
  }
}
