package io.penstock.model.table;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rows and columns of a table, and in which order. Names are the table's own, checked against
 * the catalogue when the statement is made; values are always bound, never part of the text.
 *
 * @param columns in the order of the answer; empty: all
 * @param filters joined by AND
 * @param orderBy first entry weighs most
 * @param changedSince rows whose {@code _timestamp} is at or after it
 * @param changedUntil rows whose {@code _timestamp} is before it
 * @param limit null: no limit
 * @param withTimestamp adds {@code _timestamp} as the last column
 * @param anywhere rows that have this text in one of the columns asked for, in any case; null: all
 */
public record TableQuery(
    List<String> columns,
    List<Filter> filters,
    List<Order> orderBy,
    @Nullable Instant changedSince,
    @Nullable Instant changedUntil,
    @Nullable Long limit,
    boolean withTimestamp,
    @Nullable String anywhere) {

  /** Without a search. */
  public TableQuery(
      List<String> columns,
      List<Filter> filters,
      List<Order> orderBy,
      @Nullable Instant changedSince,
      @Nullable Instant changedUntil,
      @Nullable Long limit,
      boolean withTimestamp) {
    this(columns, filters, orderBy, changedSince, changedUntil, limit, withTimestamp, null);
  }

  public TableQuery {
    columns = List.copyOf(columns);
    filters = List.copyOf(filters);
    orderBy = List.copyOf(orderBy);
  }

  /** All rows, all columns. */
  public static TableQuery everything() {
    return new TableQuery(List.of(), List.of(), List.of(), null, null, null, false);
  }

  /** Whether every row is meant: no filter, no time, no text to search for. */
  public boolean choosesAllRows() {
    return filters.isEmpty() && changedSince == null && changedUntil == null && anywhere == null;
  }

  /**
   * One condition; {@link Operator#EQ} and {@link Operator#NE} take several values (IN, NOT IN).
   */
  public record Filter(
      String column, Operator operator, List<String> values, @Nullable DataType dataType) {
    public Filter {
      values = List.copyOf(values);
    }
  }

  /** One sort key. */
  public record Order(String column, boolean descending, @Nullable DataType dataType) {}

  /** Comparison operators of the contract. */
  public enum Operator {
    EQ,
    NE,
    GT,
    GE,
    LT,
    LE
  }

  /** Types that a text column can be compared as; a value that cannot be cast does not match. */
  public enum DataType {
    INTEGER,
    DOUBLE,
    BIGINT,
    REAL,
    DECIMAL
  }
}
