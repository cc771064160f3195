package io.penstock.warehouse;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.ColumnType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a column of the catalogue is defined and read in PostgreSQL. */
public final class ColumnSql {
  private static final String UNTYPED = "text NOT NULL DEFAULT ''";
  private static final Pattern LENGTH = Pattern.compile("(\\d{1,9})(?:\\s*,\\s*(\\d{1,9}))?");

  /** PostgreSQL's own bounds; a longer text needs no bound at all. */
  private static final int MAX_PRECISION = 1000;

  private static final int MAX_CHARACTERS = 10_485_760;

  private ColumnSql() {}

  /** The column in {@code CREATE TABLE} or {@code ALTER TABLE … ADD COLUMN}. */
  public static String definition(CatalogueColumn column) {
    ColumnType type = column.type();
    if (type == null) {
      return column.physical() + " " + UNTYPED;
    }
    String value = type.defaultValue();
    return column.physical()
        + " "
        + type(type)
        + (type.nullable() ? "" : " NOT NULL")
        + (value == null ? "" : " DEFAULT " + Literals.quote(value));
  }

  /**
   * PostgreSQL's type, such as {@code numeric(38,9)}.
   *
   * @throws PlatformException {@code TABLE_VALIDATION} for a length that the type cannot have
   */
  public static String type(ColumnType type) {
    if (type.length() != null) {
      parsed(type.length());
    }
    return switch (type.base()) {
      case BOOLEAN -> "boolean";
      case DATE -> "date";
      case FLOAT -> "double precision";
      case INTEGER -> "bigint";
      case NUMERIC -> numeric(type.length());
      case STRING -> text(type.length());
      case TIMESTAMP -> "timestamp";
    };
  }

  /** {@link #type(ColumnType)}, or {@code text} for an untyped column. */
  public static String type(CatalogueColumn column) {
    ColumnType type = column.type();
    return type == null ? "text" : type(type);
  }

  /**
   * The value as text, the same in every session of pgjdbc: {@code true}, {@code 2030-01-02
   * 10:00:00.5}; NULL stays NULL. It can be loaded again as it is.
   */
  public static String asText(CatalogueColumn column) {
    return column.typed() ? "CAST(" + column.physical() + " AS text)" : column.physical();
  }

  /** As {@link #asText}, but NULL is empty, as it is in a CSV file. */
  static String asFilledText(CatalogueColumn column) {
    return column.typed() ? "coalesce(" + asText(column) + ", '')" : column.physical();
  }

  private static String numeric(@Nullable String length) {
    if (length == null) {
      return "numeric(38,9)";
    }
    Matcher matcher = parsed(length);
    int precision = Integer.parseInt(matcher.group(1));
    int scale = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
    if (precision < 1 || precision > MAX_PRECISION || scale > precision) {
      throw invalid(
          "a NUMERIC has 1 to %d digits, and no more of them behind the point"
              .formatted(MAX_PRECISION));
    }
    return "numeric(%d,%d)".formatted(precision, scale);
  }

  private static String text(@Nullable String length) {
    if (length == null) {
      return "text";
    }
    Matcher matcher = parsed(length);
    int characters = Integer.parseInt(matcher.group(1));
    if (characters < 1 || matcher.group(2) != null) {
      throw invalid("a STRING has one length, of at least 1 character");
    }
    return characters > MAX_CHARACTERS ? "text" : "varchar(%d)".formatted(characters);
  }

  private static Matcher parsed(String length) {
    Matcher matcher = LENGTH.matcher(length.strip());
    if (!matcher.matches()) {
      throw invalid("a length looks like 255 or 38,9");
    }
    return matcher;
  }

  private static PlatformException invalid(String reason) {
    return new PlatformException(ErrorCode.TABLE_VALIDATION, "length: " + reason);
  }
}
