package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.table.TableQuery.Filter;
import io.penstock.model.table.TableQuery.Operator;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads an alias's filter (chapter 2.11): equal to one of the values, or to none of them. */
final class AliasFilter {
  private static final int MAX_VALUES = 1000;
  private static final int MAX_TEXT = 20_000;

  private AliasFilter() {}

  /**
   * The filter of a creation; null where none was given.
   *
   * @param existing the source's columns
   */
  static @Nullable Filter ofCreation(Params params, List<String> existing) {
    Map<String, Object> given = params.map("aliasFilter");
    return given.isEmpty() ? null : merged(new Params(given, params.isJson()), null, existing);
  }

  /** What was given, and for what was not the filter that there is. */
  static Filter merged(Params given, @Nullable Filter stored, List<String> existing) {
    String column = given.text("column", stored == null ? "" : stored.column());
    if (column.isEmpty()) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION, "The alias's filter needs a column and values");
    }
    if (!existing.contains(column)) {
      throw new PlatformException(
          ErrorCode.COLUMN_NOT_EXISTS,
          "The column \"%s\" of the alias's filter does not exist in the source table"
              .formatted(column));
    }
    Operator operator =
        given.has("operator")
            ? operator(given.text("operator", ""))
            : stored == null ? Operator.EQ : stored.operator();
    List<String> values =
        given.has("values") || stored == null ? given.list("values") : stored.values();
    if (values.isEmpty()) {
      throw new PlatformException(
          ErrorCode.TABLE_INVALID_FILTER_VALUES, "The alias's filter needs values");
    }
    if (values.size() > MAX_VALUES || values.stream().mapToLong(String::length).sum() > MAX_TEXT) {
      throw new PlatformException(
          ErrorCode.TABLE_INVALID_FILTER_VALUES,
          "The alias's filter may have %d values of %d characters together"
              .formatted(MAX_VALUES, MAX_TEXT));
    }
    return new Filter(column, operator, values, null);
  }

  private static Operator operator(String word) {
    return switch (word) {
      case "eq", "" -> Operator.EQ;
      case "ne", "neq" -> Operator.NE;
      default ->
          throw new PlatformException(
              ErrorCode.TABLE_VALIDATION, "The operator of the alias's filter is eq or ne");
    };
  }

  static String word(Operator operator) {
    return operator == Operator.EQ ? "eq" : "ne";
  }

  /** As the contract shows it; empty for none. */
  static Map<String, Object> json(@Nullable Filter filter) {
    return filter == null
        ? Map.of()
        : new JsonFields()
            .put("column", filter.column())
            .put("operator", word(filter.operator()))
            .put("values", filter.values())
            .map();
  }
}
