package io.penstock.warehouse;

import io.penstock.model.table.TableQuery.DataType;
import java.math.BigDecimal;

/** Numbers in filters: checked here, so that PostgreSQL never fails on a caller's text. */
final class FilterNumbers {
  private static final int MAX_DIGITS = 200;

  private FilterNumbers() {}

  static String columnType(DataType type) {
    return switch (type) {
      case INTEGER -> "integer";
      case BIGINT -> "bigint";
      case DECIMAL -> "numeric";
      case DOUBLE -> "double precision";
      case REAL -> "real";
    };
  }

  /**
   * Whole numbers are compared as {@code numeric}, so that {@code > 1.5} and {@code < 1e12} are
   * fair questions.
   */
  static String operandType(DataType type) {
    return switch (type) {
      case INTEGER, BIGINT, DECIMAL -> "numeric";
      case DOUBLE, REAL -> columnType(type);
    };
  }

  static boolean fits(String value, DataType type) {
    if (value.length() > MAX_DIGITS || !value.chars().allMatch(c -> c < 128)) {
      return false;
    }
    try {
      BigDecimal number = new BigDecimal(value);
      return switch (type) {
        case INTEGER, BIGINT, DECIMAL -> Math.abs((long) number.scale()) <= MAX_DIGITS;
        case DOUBLE -> survives(number, number.doubleValue());
        case REAL -> survives(number, number.floatValue());
      };
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** PostgreSQL refuses what overflows to infinity or underflows to zero. */
  private static boolean survives(BigDecimal number, double rounded) {
    return Double.isFinite(rounded) && (rounded != 0) == (number.signum() != 0);
  }
}
