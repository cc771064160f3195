package io.penstock.audit.search;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.RecordQuery;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How much one search may ask for. */
final class QueryLimits {
  private static final int LARGEST_PAGE = 10_000;
  private static final int LARGEST_OFFSET = 100_000;
  private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private QueryLimits() {}

  /**
   * @throws PlatformException {@code VALIDATION}
   */
  static void check(RecordQuery query) {
    RecordQuery.Paging paging = query.paging();
    if (paging.limit() < 0 || paging.limit() > LARGEST_PAGE) {
      throw invalid("limit must be between 0 and " + LARGEST_PAGE);
    }
    if (paging.offset() < 0 || paging.offset() > LARGEST_OFFSET) {
      throw invalid("offset must be between 0 and " + LARGEST_OFFSET + ", page by maxId beyond");
    }
    if (paging.bytes() < 0) {
      throw invalid("bytes must not be negative");
    }
    int values = query.counting().values();
    if (values < 0 || values > RecordQuery.MOST_VALUES) {
      throw invalid("values must be between 0 and " + RecordQuery.MOST_VALUES);
    }
    checkTime("since", query.where().since());
    checkTime("until", query.where().until());
    RecordQuery.Place after = query.paging().after();
    checkTime("after", after == null ? null : after.time());
  }

  private static void checkTime(String name, @Nullable Instant time) {
    if (time != null && (time.isBefore(EARLIEST) || time.isAfter(LATEST))) {
      throw invalid(name + " must be a time of the years 0 to 9999");
    }
  }

  static PlatformException invalid(String text) {
    return new PlatformException(ErrorCode.VALIDATION, text);
  }
}
