package io.penstock.audit.search;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A time as somebody writes it, from a year to a fraction of a second, with or without zone (else
 * UTC), as the span that it names: {@code 2030-01-01} is that whole day. So {@code >2030-01-01}
 * begins with the next day, as in Elasticsearch.
 *
 * @param from microseconds since 1970, inclusive
 * @param to microseconds since 1970, exclusive
 */
record TimeText(long from, long to) {
  private static final Pattern TEXT =
      Pattern.compile(
          "(\\d{4})(?:-(\\d\\d)(?:-(\\d\\d)(?:[T"
              + " ](\\d\\d)(?::(\\d\\d)(?::(\\d\\d)(?:\\.(\\d{1,9}))?)?)?)?)?)?"
              + "(Z|[+-]\\d\\d:?\\d\\d)?");

  /**
   * @throws DateTimeException when it is not a time
   */
  static TimeText parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new DateTimeException("not a time: " + text);
    }
    LocalDateTime start =
        LocalDateTime.of(
                number(parts.group(1), 1),
                number(parts.group(2), 1),
                number(parts.group(3), 1),
                number(parts.group(4), 0),
                number(parts.group(5), 0),
                number(parts.group(6), 0))
            .plusNanos(nanos(parts.group(7)));
    String zone = parts.group(8);
    ZoneOffset offset = zone == null ? ZoneOffset.UTC : ZoneOffset.of(zone);
    return new TimeText(micros(start, offset), micros(end(start, parts), offset));
  }

  private static LocalDateTime end(LocalDateTime start, Matcher parts) {
    String fraction = parts.group(7);
    if (fraction != null) {
      return start.plusNanos(fraction.length() <= 3 ? 1_000_000 : 1_000);
    }
    ChronoUnit[] units = {
      ChronoUnit.YEARS,
      ChronoUnit.MONTHS,
      ChronoUnit.DAYS,
      ChronoUnit.HOURS,
      ChronoUnit.MINUTES,
      ChronoUnit.SECONDS
    };
    int last = 1;
    while (last < units.length && parts.group(last + 1) != null) {
      last++;
    }
    return start.plus(1, units[last - 1]);
  }

  private static int number(@Nullable String digits, int absent) {
    return digits == null ? absent : Integer.parseInt(digits);
  }

  private static long nanos(@Nullable String fraction) {
    return fraction == null ? 0 : Long.parseLong((fraction + "00000000").substring(0, 9));
  }

  private static long micros(LocalDateTime time, ZoneOffset offset) {
    return RecordDocument.micros(time.toInstant(offset));
  }
}
