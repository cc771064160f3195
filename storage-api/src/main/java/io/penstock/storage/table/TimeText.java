package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times as callers write them (chapter 2.6): unix seconds, ISO 8601 with or without time and
 * offset, and the English relative forms of PHP's {@code strtotime} that clients send. What names
 * no zone is UTC.
 */
final class TimeText {
  private static final int MAX_LENGTH = 100;
  private static final Pattern SECONDS = Pattern.compile("@?(-?\\d{1,12})(?:\\.\\d{1,9})?");
  private static final Pattern STEP =
      Pattern.compile("\\s*([+-]?)\\s*(\\d{1,9})\\s*([a-z]+)(\\s+ago)?\\s*");
  private static final Map<String, ChronoUnit> UNITS =
      Map.ofEntries(
          Map.entry("s", ChronoUnit.SECONDS),
          Map.entry("sec", ChronoUnit.SECONDS),
          Map.entry("second", ChronoUnit.SECONDS),
          Map.entry("min", ChronoUnit.MINUTES),
          Map.entry("minute", ChronoUnit.MINUTES),
          Map.entry("hour", ChronoUnit.HOURS),
          Map.entry("day", ChronoUnit.DAYS),
          Map.entry("week", ChronoUnit.WEEKS),
          Map.entry("month", ChronoUnit.MONTHS),
          Map.entry("year", ChronoUnit.YEARS));

  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("[ ]['T']HH:mm[:ss]")
          .appendFraction(java.time.temporal.ChronoField.NANO_OF_SECOND, 0, 9, true)
          .optionalStart()
          .appendPattern("[ ]")
          .appendPattern("[XXX][XX][X]")
          .optionalEnd()
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(java.time.format.ResolverStyle.STRICT);

  private TimeText() {}

  /**
   * The time that the text stands for.
   *
   * @param parameter named in the refusal
   * @throws PlatformException {@code TABLE_INVALID_DATE_TIME}
   */
  static Instant parse(String parameter, String text, Instant now) {
    String trimmed = text.trim();
    try {
      if (!trimmed.isEmpty() && trimmed.length() <= MAX_LENGTH) {
        Optional<Instant> time = seconds(trimmed);
        time = time.isPresent() ? time : relative(trimmed.toLowerCase(Locale.ROOT), now);
        return time.isPresent() ? time.get() : iso(trimmed);
      }
    } catch (DateTimeException | ArithmeticException e) {
      throw invalid(parameter, e);
    }
    throw invalid(parameter, null);
  }

  private static PlatformException invalid(
      String parameter, @org.jspecify.annotations.Nullable Throwable cause) {
    return new PlatformException(
        ErrorCode.TABLE_INVALID_DATE_TIME,
        parameter
            + " is not a time: use unix seconds, ISO 8601 or a form such as \"-2 days\" or \"yesterday\"",
        cause);
  }

  private static Optional<Instant> seconds(String text) {
    Matcher matcher = SECONDS.matcher(text);
    return matcher.matches()
        ? Optional.of(bounded(Instant.ofEpochSecond(Long.parseLong(matcher.group(1)))))
        : Optional.empty();
  }

  private static Optional<Instant> relative(String text, Instant now) {
    ZonedDateTime today = now.atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS);
    return switch (text) {
      case "now" -> Optional.of(now);
      case "today", "midnight" -> Optional.of(today.toInstant());
      case "yesterday" -> Optional.of(today.minusDays(1).toInstant());
      case "tomorrow" -> Optional.of(today.plusDays(1).toInstant());
      default -> steps(text, now);
    };
  }

  /** One or more steps such as {@code -1 day -2 hours} or {@code 3 weeks ago}. */
  private static Optional<Instant> steps(String text, Instant now) {
    ZonedDateTime time = now.atZone(ZoneOffset.UTC);
    Matcher step = STEP.matcher(text);
    int from = 0;
    while (from < text.length()) {
      step.region(from, text.length());
      if (!step.lookingAt()) {
        return Optional.empty();
      }
      String name = step.group(3);
      ChronoUnit unit = UNITS.get(name);
      if (unit == null && name.endsWith("s")) {
        unit = UNITS.get(name.substring(0, name.length() - 1));
      }
      if (unit == null) {
        return Optional.empty();
      }
      boolean back = step.group(1).equals("-") != (step.group(4) != null);
      long amount = Long.parseLong(step.group(2));
      time = time.plus(back ? -amount : amount, unit);
      from = step.end();
    }
    return Optional.of(bounded(time.toInstant()));
  }

  private static Instant iso(String text) {
    var parsed = ISO.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
    LocalDate date = parsed.query(TemporalQueries.localDate());
    if (parsed instanceof OffsetDateTime withOffset) {
      return bounded(withOffset.toInstant());
    }
    return bounded(
        parsed instanceof LocalDateTime local
            ? local.toInstant(ZoneOffset.UTC)
            : date.atStartOfDay().toInstant(ZoneOffset.UTC));
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
