package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.table.TableQuery;
import io.penstock.model.table.TableQuery.DataType;
import io.penstock.model.table.TableQuery.Filter;
import io.penstock.model.table.TableQuery.Operator;
import io.penstock.model.table.TableQuery.Order;
import io.penstock.storage.web.Params;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads which rows and columns a preview or an export is to have (chapter 2.6). */
public final class FilterParams {
  private static final int MAX_FILTERS = 100;

  /** Of JSON: a queue's message takes 256 KiB with a table's columns, a statement 65,535 values. */
  private static final int MAX_FILTER_BYTES = 160_000;

  private static final int MAX_SEARCH = 1000;
  private static final DateTimeFormatter TIME_STRING =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  private final Params params;
  private final Instant now;

  private FilterParams(Params params, Instant now) {
    this.params = params;
    this.now = now;
  }

  /**
   * Reads and checks.
   *
   * @param existing the table's columns
   * @param limit as the kind of answer has it; null: none
   */
  public static TableQuery read(
      Params params, List<String> existing, @Nullable Long limit, Instant now) {
    FilterParams reader = new FilterParams(params, now);
    TableQuery query =
        new TableQuery(
            params.list("columns").stream().filter(name -> !name.isEmpty()).toList(),
            reader.filters(),
            reader.orders(),
            reader.changedSince(),
            reader.time("changedUntil"),
            limit,
            params.flag("includeInternalTimestamp", false),
            reader.anywhere());
    requireColumns(query, new HashSet<>(existing));
    return query;
  }

  /**
   * Of all that takes rows only previews search.
   *
   * @throws PlatformException {@code TABLE_VALIDATION}
   */
  public static void refuseSearch(Params params) {
    if (!params.text("fulltextSearch", "").isEmpty()) {
      throw invalid("fulltextSearch is for previews only; use whereFilters");
    }
  }

  private static void requireColumns(TableQuery query, Set<String> existing) {
    List<String> named = new ArrayList<>(query.columns());
    query.filters().forEach(filter -> named.add(filter.column()));
    query.orderBy().forEach(order -> named.add(order.column()));
    for (String column : named) {
      if (!existing.contains(column)) {
        throw new PlatformException(
            ErrorCode.COLUMN_NOT_EXISTS,
            "The column \"%s\" does not exist in the table".formatted(column));
      }
    }
    if (new HashSet<>(query.columns()).size() < query.columns().size()) {
      throw invalid("columns names one of them twice");
    }
  }

  private @Nullable Instant changedSince() {
    Instant since = time("changedSince");
    if (since != null) {
      return since;
    }
    for (String unit : List.of("days", "seconds")) {
      long count = params.number(unit, 0, 0, 1_000_000_000);
      if (count > 0) {
        Duration ago =
            unit.equals("days")
                ? Duration.ofDays(Math.min(count, 400_000))
                : Duration.ofSeconds(count);
        return now.minus(ago);
      }
    }
    return null;
  }

  private @Nullable String anywhere() {
    String sought = params.text("fulltextSearch", "");
    if (sought.isEmpty()) {
      return null;
    }
    if (sought.length() > MAX_SEARCH) {
      throw invalid("fulltextSearch may have %d characters at most".formatted(MAX_SEARCH));
    }
    if (!params.objects("whereFilters").isEmpty()) {
      throw invalid("Use either fulltextSearch or whereFilters");
    }
    return sought;
  }

  private @Nullable Instant time(String name) {
    String text = params.text(name, "");
    return text.isEmpty() ? null : TimeText.parse(name, text, now);
  }

  private List<Filter> filters() {
    List<Params> given = params.objects("whereFilters");
    String column = params.text("whereColumn", "");
    if (!column.isEmpty() && !given.isEmpty()) {
      throw invalid("Use either whereColumn or whereFilters");
    }
    if (given.size() > MAX_FILTERS) {
      throw invalid("whereFilters: %d are too many".formatted(given.size()));
    }
    List<Filter> filters =
        column.isEmpty()
            ? given.stream().map(this::filter).toList()
            : List.of(
                filter(
                    column,
                    params.text("whereOperator", "eq"),
                    values(params, "whereValues"),
                    null,
                    true));
    int bytes = Json.write(filters).getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_FILTER_BYTES) {
      throw invalid("The filters have %d bytes; %d are allowed".formatted(bytes, MAX_FILTER_BYTES));
    }
    return filters;
  }

  private Filter filter(Params given) {
    String column = given.text("column", "");
    String type = given.text("type", "SCALAR").toUpperCase(Locale.ROOT);
    DataType dataType = dataType(given);
    List<String> values = values(given, "values");
    switch (type) {
      case "SCALAR", "" -> {}
      case "TIME_STRING" -> {
        if (dataType != null) {
          throw invalid("whereFilters: TIME_STRING and dataType exclude each other");
        }
        values =
            values.stream()
                .map(value -> TIME_STRING.format(TimeText.parse("whereFilters", value, now)))
                .toList();
      }
      default -> throw invalid("whereFilters: type must be SCALAR or TIME_STRING");
    }
    return filter(column, given.text("operator", "eq"), values, dataType, false);
  }

  private static Filter filter(
      String column,
      String operator,
      List<String> values,
      @Nullable DataType type,
      boolean simple) {
    if (column.isEmpty()) {
      throw invalid("whereFilters: column is required");
    }
    Operator parsed = operator(operator, simple);
    boolean several = parsed == Operator.EQ || parsed == Operator.NE;
    if (values.isEmpty() || (!several && values.size() > 1)) {
      throw new PlatformException(
          ErrorCode.TABLE_INVALID_FILTER_VALUES,
          "The filter of column \"%s\" needs %s"
              .formatted(column, several ? "values" : "exactly one value"));
    }
    return new Filter(column, parsed, values, type);
  }

  private static Operator operator(String text, boolean simple) {
    Operator operator =
        switch (text.toLowerCase(Locale.ROOT)) {
          case "eq", "" -> Operator.EQ;
          case "ne", "neq" -> Operator.NE;
          case "gt" -> Operator.GT;
          case "ge" -> Operator.GE;
          case "lt" -> Operator.LT;
          case "le" -> Operator.LE;
          default -> throw invalid("The operator \"%s\" is unknown".formatted(text));
        };
    if (simple && operator != Operator.EQ && operator != Operator.NE) {
      throw invalid("whereOperator must be eq or ne");
    }
    return operator;
  }

  /** A lone text is one value, commas and all. */
  private static List<String> values(Params given, String name) {
    return given.all().get(name) instanceof String one ? List.of(one) : given.list(name);
  }

  private List<Order> orders() {
    List<Params> given = params.objects("orderBy");
    if (given.size() > MAX_FILTERS) {
      throw invalid("orderBy: %d are too many".formatted(given.size()));
    }
    return given.stream().map(FilterParams::order).toList();
  }

  private static Order order(Params given) {
    boolean descending =
        switch (given.text("order", "ASC").toUpperCase(Locale.ROOT)) {
          case "ASC", "" -> false;
          case "DESC" -> true;
          default -> throw invalid("orderBy: order must be ASC or DESC");
        };
    return new Order(given.text("column", ""), descending, dataType(given));
  }

  private static @Nullable DataType dataType(Params given) {
    String text = given.text("dataType", "").toUpperCase(Locale.ROOT);
    if (text.isEmpty() || text.equals("STRING")) {
      return null;
    }
    Optional<DataType> type =
        java.util.Arrays.stream(DataType.values())
            .filter(each -> each.name().equals(text))
            .findFirst();
    return type.orElseThrow(
        () -> invalid("dataType must be INTEGER, DOUBLE, BIGINT, REAL or DECIMAL"));
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.TABLE_VALIDATION, message);
  }
}
