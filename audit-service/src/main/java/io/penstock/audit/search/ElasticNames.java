package io.penstock.audit.search;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names in the cluster, all behind one prefix. A generation is one building of the index from the
 * trails; another one, or one of another shape, lives beside it without touching it.
 *
 * <ul>
 *   <li>{@code penstock-audit-v2001-1f2e3d4c}: alias of all months of a generation; what is
 *       searched
 *   <li>{@code penstock-audit-v2001-1f2e3d4c-2030.01}: alias of one month; what is written to, so
 *       that an index which somebody deleted is not made by a write, without its fields
 *   <li>{@code penstock-audit-v2001-1f2e3d4c-2030.01-000001}: the month's index
 *   <li>{@code penstock-audit-state}: one document per shape that says which generation counts and
 *       how far it reaches
 * </ul>
 *
 * @param prefix begins every name
 * @param generation eight hexadecimal digits
 */
record ElasticNames(String prefix, String generation) {
  /** Grows with every change of the fields. */
  static final int SHAPE =
      1000 * Integer.parseInt(RecordDocument.VERSION) + Integer.parseInt(ElasticFields.VERSION);

  private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9.-]{0,99}");
  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("uuuu.MM", Locale.ROOT);
  private static final YearMonth UNKNOWN = YearMonth.of(1970, 1);

  ElasticNames {
    if (!PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "penstock.audit.elasticsearch.index-prefix is small letters, digits, - and .");
    }
  }

  /** Never used before. */
  static ElasticNames next(String prefix) {
    return new ElasticNames(prefix, UUID.randomUUID().toString().substring(0, 8));
  }

  /**
   * Told by the record's id alone, so that a record always goes to the same index: a UUID of
   * version 7 begins with its time.
   */
  static String month(UUID id) {
    if (id.version() != 7) {
      return MONTH.format(UNKNOWN);
    }
    return month(Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16));
  }

  static String month(Instant time) {
    return MONTH.format(YearMonth.from(time.atOffset(ZoneOffset.UTC)));
  }

  /** When the month is over. */
  static Instant end(String month) {
    return YearMonth.parse(month, MONTH)
        .plusMonths(1)
        .atDay(1)
        .atStartOfDay()
        .toInstant(ZoneOffset.UTC)
        .truncatedTo(ChronoUnit.SECONDS);
  }

  String state() {
    return prefix + "-state";
  }

  String stateIndex() {
    return state() + "-000001";
  }

  String all() {
    return "%s-v%d-%s".formatted(prefix, SHAPE, generation);
  }

  String alias(String month) {
    return all() + "-" + month;
  }

  String index(String month) {
    return alias(month) + "-000001";
  }

  /** What {@link #isOutdated} is asked of. */
  String everyIndex() {
    return prefix + "-v*";
  }

  /** Whether it is an index of an earlier generation, or of an earlier shape. */
  boolean isOutdated(String index) {
    Matcher name =
        Pattern.compile(
                Pattern.quote(prefix) + "-v(\\d{4,9})-([0-9a-f]{8})-\\d{4,}\\.\\d\\d-000001")
            .matcher(index);
    return name.matches()
        && Integer.parseInt(name.group(1)) <= SHAPE
        && !index.startsWith(all() + "-");
  }
}
