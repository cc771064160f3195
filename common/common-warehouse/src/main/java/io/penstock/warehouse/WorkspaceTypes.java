package io.penstock.warehouse;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The column types that a load into a workspace may ask for, by the names that PostgreSQL, Redshift
 * and Snowflake have for them. Only what stands here becomes part of a statement.
 */
public final class WorkspaceTypes {
  private static final Pattern LENGTH = Pattern.compile("(\\d{1,8})(?:\\s*,\\s*(\\d{1,4}))?");
  private static final int MAX_CHARACTERS = 10_485_760;
  private static final int MAX_DIGITS = 1000;
  private static final String TEXT = "varchar";
  private static final String NUMERIC = "numeric";

  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("TEXT", TEXT),
          Map.entry("VARCHAR", TEXT),
          Map.entry("STRING", TEXT),
          Map.entry("CHAR", TEXT),
          Map.entry("CHARACTER", TEXT),
          Map.entry("CHARACTER VARYING", TEXT),
          Map.entry("NCHAR", TEXT),
          Map.entry("NVARCHAR", TEXT),
          Map.entry("BPCHAR", TEXT),
          Map.entry("SMALLINT", "smallint"),
          Map.entry("INT2", "smallint"),
          Map.entry("INTEGER", "integer"),
          Map.entry("INT", "integer"),
          Map.entry("INT4", "integer"),
          Map.entry("BIGINT", "bigint"),
          Map.entry("INT8", "bigint"),
          Map.entry("NUMERIC", NUMERIC),
          Map.entry("NUMBER", NUMERIC),
          Map.entry("DECIMAL", NUMERIC),
          Map.entry("REAL", "real"),
          Map.entry("FLOAT4", "real"),
          Map.entry("FLOAT", "double precision"),
          Map.entry("FLOAT8", "double precision"),
          Map.entry("DOUBLE", "double precision"),
          Map.entry("DOUBLE PRECISION", "double precision"),
          Map.entry("BOOLEAN", "boolean"),
          Map.entry("BOOL", "boolean"),
          Map.entry("DATE", "date"),
          Map.entry("TIME", "time"),
          Map.entry("TIMESTAMP", "timestamp"),
          Map.entry("DATETIME", "timestamp"),
          Map.entry("TIMESTAMP_NTZ", "timestamp"),
          Map.entry("TIMESTAMP WITHOUT TIME ZONE", "timestamp"),
          Map.entry("TIMESTAMPTZ", "timestamptz"),
          Map.entry("TIMESTAMP_TZ", "timestamptz"),
          Map.entry("TIMESTAMP_LTZ", "timestamptz"),
          Map.entry("TIMESTAMP WITH TIME ZONE", "timestamptz"),
          Map.entry("UUID", "uuid"),
          Map.entry("JSON", "json"),
          Map.entry("JSONB", "jsonb"),
          Map.entry("VARIANT", "jsonb"));

  private WorkspaceTypes() {}

  /**
   * The type in PostgreSQL's words, such as {@code numeric(38,9)}; a length means something to
   * texts and numerics only.
   *
   * @throws PlatformException {@code VALIDATION} for a type or length that there is not
   */
  public static String sql(String name, @Nullable String length) {
    String type = NAMES.get(name.strip().toUpperCase(Locale.ROOT).replaceAll("\\s+", " "));
    if (type == null) {
      throw invalid("The type \"%s\" is not supported in workspaces".formatted(shortened(name)));
    }
    if (length == null || length.isBlank()) {
      return type;
    }
    return switch (type) {
      case TEXT -> text(length);
      case NUMERIC -> numeric(length);
      default -> type;
    };
  }

  /** Whether an empty text is a value of the type. */
  public static boolean isText(String sqlType) {
    return sqlType.startsWith(TEXT) || sqlType.equals("text");
  }

  private static String text(String length) {
    Matcher matcher = matched(length);
    int characters = Integer.parseInt(matcher.group(1));
    if (characters < 1 || matcher.group(2) != null) {
      throw invalid("length of a text must be one number, 1 or more");
    }
    return characters > MAX_CHARACTERS ? TEXT : "varchar(%d)".formatted(characters);
  }

  private static String numeric(String length) {
    Matcher matcher = matched(length);
    int digits = Integer.parseInt(matcher.group(1));
    int scale = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
    if (digits < 1 || digits > MAX_DIGITS || scale > digits) {
      throw invalid(
          "length of a numeric must be 1 to 1000 digits, no more of them behind the point");
    }
    return "numeric(%d,%d)".formatted(digits, scale);
  }

  private static Matcher matched(String length) {
    Matcher matcher = LENGTH.matcher(length.strip());
    if (!matcher.matches()) {
      throw invalid("length must look like 255 or 38,9");
    }
    return matcher;
  }

  private static String shortened(String name) {
    return name.length() > 40 ? name.substring(0, 40) + "…" : name;
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.VALIDATION, message);
  }
}
