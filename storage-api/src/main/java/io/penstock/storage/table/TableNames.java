package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.web.Params;
import java.time.Clock;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

/** Names of tables: what they may look like, and who has one in a bucket. Thread-safe. */
@Component
public class TableNames {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");
  private static final int MAX = 92;

  private final TableRows rows;
  private final Clock clock;

  TableNames(TableRows rows, Clock clock) {
    this.rows = rows;
    this.clock = clock;
  }

  /** The parameter {@code name}, checked. */
  public static String name(Params params) {
    String name = params.text("name", "");
    if (name.length() > MAX || !NAME.matcher(name).matches()) {
      throw invalid(
          "Invalid data - name: It must have 1 to %d alphanumeric characters, dashes and underscores."
              .formatted(MAX));
    }
    return name;
  }

  /** The parameter {@code displayName}, checked; the name where there is none. */
  public static String displayName(Params params, String name) {
    String display = params.text("displayName", "");
    return display.isEmpty() ? name : checkedDisplayName(display);
  }

  static String checkedDisplayName(String display) {
    if (display.startsWith("_")) {
      throw invalid("Invalid data - displayName: Cannot start with underscore.");
    }
    if (display.length() > MAX || !NAME.matcher(display).matches()) {
      throw invalid(
          "Invalid data - displayName: Only alphanumeric characters dash and underscores are"
              + " allowed.");
    }
    return display;
  }

  /**
   * Holds both names in the bucket for a table that a job will make; belongs into the job's
   * transaction. The job's end makes the table ready, or gives the names back.
   *
   * @return the table's id
   * @throws PlatformException {@code TABLE_EXISTS}
   */
  public long reserve(Bucket bucket, String name, String displayName) {
    rows.taken(bucket.id(), name, displayName)
        .ifPresent(
            other -> {
              throw taken(bucket, name, other);
            });
    try {
      return rows.reserve(bucket, name, displayName, clock.instant());
    } catch (DuplicateKeyException race) {
      throw taken(bucket, name, new TableRows.Taken(name, displayName));
    }
  }

  /** Names columns of a table that is being made as ones that are filtered by often. */
  public void indexed(long tableId, List<String> columns) {
    rows.indexed(tableId, columns);
  }

  static PlatformException taken(Bucket bucket, String name, TableRows.Taken other) {
    return new PlatformException(
        ErrorCode.TABLE_EXISTS,
        other.name().equals(name)
            ? "The table \"%s\" already exists in the bucket \"%s\"".formatted(name, bucket.label())
            : "The table \"%s\" in the bucket already has the same display name \"%s\"."
                .formatted(other.name(), other.displayName()));
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.TABLE_VALIDATION, message);
  }
}
