package io.penstock.storage.query;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/** Numbers and times of a query. A date means all of its day, a time all of its second. */
final class QueryBounds {
  private static final DateTimeFormatter TIMES =
      DateTimeFormatter.ofPattern(
              "uuuu-MM-dd['T'HH:mm[:ss[.SSSSSS][.SSS]][XXX][XX][X]]", Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private static final int LONGEST = 40;

  private QueryBounds() {}

  static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw QuerySyntax.because("a whole number is expected where another text stands");
    }
  }

  /** The first moment of what the text means. */
  static OffsetDateTime begin(String text) {
    return parse(text).from();
  }

  /** The first moment behind what the text means. */
  static OffsetDateTime end(String text) {
    return parse(text).to();
  }

  private record Span(OffsetDateTime from, OffsetDateTime to) {}

  private static Span parse(String text) {
    try {
      if (text.length() <= LONGEST) {
        TemporalAccessor parsed =
            TIMES.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
        return switch (parsed) {
          case OffsetDateTime time -> second(time);
          case LocalDateTime time -> second(time.atOffset(ZoneOffset.UTC));
          case LocalDate day -> {
            OffsetDateTime from = day.atStartOfDay().atOffset(ZoneOffset.UTC);
            yield new Span(bounded(from), from.plusDays(1));
          }
          default -> throw new IllegalStateException("Not asked for: " + parsed.getClass());
        };
      }
    } catch (DateTimeException _) {
      // told below
    }
    throw QuerySyntax.because("times look like 2030-01-31 or 2030-01-31T10:00:00+0100");
  }

  private static Span second(OffsetDateTime time) {
    OffsetDateTime from = time.truncatedTo(ChronoUnit.SECONDS);
    return new Span(bounded(from), from.plusSeconds(1));
  }

  /** PostgreSQL's years end before Java's do. */
  private static OffsetDateTime bounded(OffsetDateTime time) {
    if (time.getYear() < 1 || time.getYear() > 9999) {
      throw new DateTimeException("The year must have one to four digits");
    }
    return time;
  }
}
