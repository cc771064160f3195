package io.penstock.storage.table;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjuster;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One reading of a phrase: at most one date (or {@code now}, {@code today}, {@code yesterday},
 * {@code tomorrow}), one time of day behind it, one offset behind that, any number of steps, and
 * one choice of a day ({@code last monday}, {@code first day of next month}). It means what {@code
 * strtotime} makes of it, in two things by a rule of our own: a month's step ends in that month
 * (the 31st, a month ago, is the 28th), and what depends on the words' order ({@code 10:00
 * yesterday}) is refused.
 *
 * <p>Every pattern is tried where the one before ended and looks at each character once, so the
 * work is bounded by the text's length.
 */
final class TimePhrase {
  private static final String UNIT =
      "(s|secs?|seconds?|mins?|minutes?|hours?|days?|weeks?|months?|years?)";
  private static final String WEEKDAY =
      "(monday|tuesday|wednesday|thursday|friday|saturday|sunday)";
  private static final Pattern GAP = Pattern.compile("\\s*");
  private static final Pattern YEAR_FIRST =
      Pattern.compile("(\\d{4})([-/])(\\d{1,2})\\2(\\d{1,2})(?=\\s|t\\d|$)");
  private static final Pattern DAY_FIRST =
      Pattern.compile("(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})(?=\\s|$)");
  private static final Pattern MAIL =
      Pattern.compile(
          "(?:(mon|tue|wed|thu|fri|sat|sun),\\s*)?(\\d{1,2})\\s+([a-z]{3})\\s+(\\d{4})(?=\\s|$)");
  private static final Pattern CLOCK =
      Pattern.compile("t?(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,9}))?)?(?![\\d:.])");
  private static final Pattern OFFSET =
      Pattern.compile("\\s*(?:(z|utc|gmt)|([+-])(\\d{2})(?::?(\\d{2}))?)(?=\\s|$)(?!\\s*[a-z])");

  /** A plus that was not encoded comes as a space. */
  private static final Pattern LOST_PLUS = Pattern.compile("\\s(\\d{2}):?(\\d{2})$");

  private static final Pattern WORD =
      Pattern.compile("(now|today|yesterday|tomorrow|midnight|noon)(?=[\\s+-]|$)");
  private static final Pattern STEP =
      Pattern.compile("([+-]?)\\s*(\\d{1,9})\\s*" + UNIT + "(\\s+ago)?(?=[\\s+-]|$)");
  private static final Pattern NEIGHBOUR =
      Pattern.compile("(last|previous|this|next)\\s+(week|month|year)(?=[\\s+-]|$)");
  private static final Pattern NEXT_WEEKDAY =
      Pattern.compile("(last|previous|next)\\s+" + WEEKDAY + "(?=\\s|$)");
  private static final Pattern EDGE =
      Pattern.compile(
          "(first|last)\\s+day\\s+of\\s+(?:(last|previous|this|next)\\s+month)(?=\\s|$)");

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

  private static final Map<String, Month> MONTHS =
      Stream.of(Month.values())
          .collect(
              Collectors.toUnmodifiableMap(
                  month -> month.name().substring(0, 3).toLowerCase(Locale.ROOT), month -> month));

  private final String text;
  private final LocalDateTime now;
  private final Matcher matcher;
  private int at;
  private boolean based;
  private boolean dated;
  private @Nullable LocalDate date;
  private @Nullable LocalTime clock;
  private @Nullable ZoneOffset offset;
  private boolean fromMidnight;
  private long months;
  private long days;
  private long seconds;
  private @Nullable TemporalAdjuster choice;

  TimePhrase(String text, Instant now) {
    this.text = text.toLowerCase(Locale.ROOT);
    this.now = LocalDateTime.ofInstant(now, ZoneOffset.UTC);
    this.matcher = GAP.matcher(this.text);
  }

  /**
   * @throws DateTimeException it is no such phrase
   * @throws ArithmeticException it is out of all range
   */
  Instant time() {
    while (at < text.length()) {
      if (!(date() || clock() || word() || edge() || weekday() || neighbour() || step())) {
        throw new DateTimeException("Unknown words at " + at);
      }
      found(GAP);
    }
    LocalTime day = clock != null ? clock : fromMidnight ? LocalTime.MIDNIGHT : now.toLocalTime();
    LocalDateTime time = (date == null ? now.toLocalDate() : date).atTime(day);
    time = time.plusMonths(months).plusDays(days).plusSeconds(seconds);
    if (choice != null) {
      time = time.with(choice);
    }
    return time.toInstant(offset == null ? ZoneOffset.UTC : offset);
  }

  /** Goes on behind the pattern if it is what comes next. */
  private boolean found(Pattern pattern) {
    matcher.usePattern(pattern).region(at, text.length());
    if (!matcher.lookingAt()) {
      return false;
    }
    at = matcher.end();
    return true;
  }

  private boolean date() {
    if (found(YEAR_FIRST)) {
      dated(LocalDate.of(number(1), number(3), number(4)));
      return true;
    }
    if (found(DAY_FIRST)) {
      dated(LocalDate.of(number(3), number(2), number(1)));
      return true;
    }
    if (!found(MAIL)) {
      return false;
    }
    Month month = MONTHS.get(matcher.group(3));
    if (month == null) {
      throw new DateTimeException("Unknown month");
    }
    String weekday = matcher.group(1);
    LocalDate named = LocalDate.of(number(4), month, number(2));
    if (weekday != null
        && !named.getDayOfWeek().name().toLowerCase(Locale.ROOT).startsWith(weekday)) {
      throw new DateTimeException("It was another day of the week");
    }
    dated(named);
    return true;
  }

  private void dated(LocalDate day) {
    base(day);
    dated = true;
    fromMidnight = true;
  }

  private void base(@Nullable LocalDate day) {
    once(!based && clock == null);
    based = true;
    date = day;
  }

  private boolean clock() {
    if (!found(CLOCK)) {
      return false;
    }
    String fraction = matcher.group(4);
    String nanos = ((fraction == null ? "" : fraction) + "000000000").substring(0, 9);
    clock(
        LocalTime.of(
            number(1),
            number(2),
            matcher.group(3) == null ? 0 : number(3),
            Integer.parseInt(nanos)));
    if (found(OFFSET)) {
      offset =
          matcher.group(1) != null
              ? ZoneOffset.UTC
              : offset(matcher.group(2), number(3), matcher.group(4) == null ? 0 : number(4));
    } else if (dated && found(LOST_PLUS)) {
      offset = offset("+", number(1), number(2));
    }
    return true;
  }

  private void clock(LocalTime time) {
    once(clock == null);
    clock = time;
  }

  private static ZoneOffset offset(String sign, int hours, int minutes) {
    int factor = sign.equals("-") ? -1 : 1;
    return ZoneOffset.ofHoursMinutes(factor * hours, factor * minutes);
  }

  private boolean word() {
    if (!found(WORD)) {
      return false;
    }
    switch (matcher.group(1)) {
      case "now" -> base(null);
      case "midnight" -> clock(LocalTime.MIDNIGHT);
      case "noon" -> clock(LocalTime.NOON);
      case "today" -> day(0);
      case "yesterday" -> day(-1);
      default -> day(1);
    }
    return true;
  }

  private void day(int after) {
    base(now.toLocalDate().plusDays(after));
    fromMidnight = true;
  }

  /** As {@code strtotime} has it, the time of day stays. */
  private boolean edge() {
    if (!found(EDGE)) {
      return false;
    }
    once(choice == null && clock == null);
    months = Math.addExact(months, direction(matcher.group(2)));
    choice =
        matcher.group(1).equals("first")
            ? TemporalAdjusters.firstDayOfMonth()
            : TemporalAdjusters.lastDayOfMonth();
    return true;
  }

  /** The nearest one before or after the day; from its midnight. */
  private boolean weekday() {
    if (!found(NEXT_WEEKDAY)) {
      return false;
    }
    once(choice == null && clock == null);
    DayOfWeek day = DayOfWeek.valueOf(matcher.group(2).toUpperCase(Locale.ROOT));
    choice =
        direction(matcher.group(1)) > 0
            ? TemporalAdjusters.next(day)
            : TemporalAdjusters.previous(day);
    fromMidnight = true;
    return true;
  }

  private boolean neighbour() {
    if (!found(NEIGHBOUR)) {
      return false;
    }
    step(direction(matcher.group(1)), matcher.group(2));
    return true;
  }

  private boolean step() {
    if (!found(STEP)) {
      return false;
    }
    boolean back = matcher.group(1).equals("-") != (matcher.group(4) != null);
    long amount = Long.parseLong(matcher.group(2));
    step(back ? -amount : amount, matcher.group(3));
    return true;
  }

  private void step(long amount, String name) {
    String one = UNITS.containsKey(name) ? name : name.substring(0, name.length() - 1);
    ChronoUnit unit = Objects.requireNonNull(UNITS.get(one));
    switch (unit) {
      case YEARS -> months = Math.addExact(months, 12 * amount);
      case MONTHS -> months = Math.addExact(months, amount);
      case WEEKS -> days = Math.addExact(days, 7 * amount);
      case DAYS -> days = Math.addExact(days, amount);
      default -> seconds = Math.addExact(seconds, amount * unit.getDuration().toSeconds());
    }
  }

  private static int direction(String word) {
    return switch (word) {
      case "next" -> 1;
      case "this" -> 0;
      default -> -1;
    };
  }

  private int number(int group) {
    return Integer.parseInt(matcher.group(group));
  }

  private static void once(boolean first) {
    if (!first) {
      throw new DateTimeException("The phrase says something twice, or in another order");
    }
  }
}
