package io.penstock.bench;

import io.penstock.model.audit.RecordQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Searches for a term and a time range: rare terms and frequent ones, of an hour, a day, a week and
 * a month, in turn. The same ones on every machine.
 */
final class MadeSearches {
  private static final List<Duration> RANGES =
      List.of(Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(30));
  private static final int LIMIT = 100;
  private static final int TERMS = 6;

  private MadeSearches() {}

  /**
   * One of the searches.
   *
   * @param counted whether it counts how many there are in all
   */
  static RecordQuery search(int number, boolean counted) {
    SplittableRandom random = new SplittableRandom(7L * number + 1);
    Duration range = RANGES.get(number / TERMS % RANGES.size());
    long latest = MadeRecords.SPAN.minus(range).toSeconds();
    Instant since = MadeRecords.BEGIN.plusSeconds(random.nextLong(latest));
    return new RecordQuery(
        MadeRecords.PROJECT,
        term(number % TERMS, random),
        RecordQuery.Viewer.OF_ALL,
        new RecordQuery.Where(
            Set.of(),
            null,
            null,
            Set.of(),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            since,
            since.plus(range)),
        new RecordQuery.Paging(null, null, null, LIMIT, 0, false, 0),
        new RecordQuery.Counting(counted, Set.of(), 0, null));
  }

  private static String term(int kind, SplittableRandom random) {
    int table = MadeRecords.tableNumber(random);
    int token = MadeRecords.tokenNumber(random);
    return switch (kind) {
      case 0 -> "imported";
      case 1 -> "objectId:\"" + MadeRecords.tableId(table) + "\"";
      case 2 -> "\"" + MadeRecords.table(table) + "\"";
      case 3 -> "token.id:" + (1_000 + token);
      case 4 -> "outcome:refused";
      default -> "event:storage.tableImportDone AND " + MadeRecords.table(table).split("_", 2)[0];
    };
  }
}
