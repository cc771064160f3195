package io.penstock.model.job;

import org.jspecify.annotations.Nullable;

/**
 * The type of a typed table's column. It is checked where it is made: length and default are the
 * caller's text, and what becomes of them in SQL is common-warehouse's {@code ColumnSql} alone to
 * say.
 *
 * @param base decides how values are stored
 * @param length such as {@code 255} or {@code 38,9}; null: none was given
 * @param nullable false for columns of the key, whatever was asked for
 * @param defaultValue a value, never an expression; null: none
 * @param type the caller's own name of the type, shown again as it was given
 */
public record ColumnType(
    BaseType base,
    @Nullable String length,
    boolean nullable,
    @Nullable String defaultValue,
    String type) {

  /** Under the contract's own name. */
  public ColumnType(
      BaseType base, @Nullable String length, boolean nullable, @Nullable String defaultValue) {
    this(base, length, nullable, defaultValue, base.name());
  }

  /** The same for a column of the key. */
  public ColumnType notNull() {
    return new ColumnType(base, length, false, defaultValue, type);
  }
}
