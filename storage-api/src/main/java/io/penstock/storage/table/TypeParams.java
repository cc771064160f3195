package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.BaseType;
import io.penstock.model.job.ColumnType;
import io.penstock.storage.web.Params;
import io.penstock.warehouse.ColumnSql;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a column's {@code basetype} and {@code definition} (chapter 2.4). The type may have the
 * contract's name, or the name that a warehouse has for it; both may be given when they agree.
 */
final class TypeParams {
  private static final int MAX_LENGTH_TEXT = 20;
  private static final int MAX_DEFAULT = 1000;
  private static final int SHOWN = 40;

  private final String column;
  private final String baseName;
  private final Params definition;

  private TypeParams(String column, Params given) {
    this.column = column;
    this.baseName = given.text("basetype", "").strip();
    this.definition = new Params(given.map("definition"), given.isJson());
  }

  /**
   * @param column its name, for messages
   * @return empty when nothing is said of a type
   * @throws PlatformException {@code TABLE_VALIDATION}
   */
  static Optional<ColumnType> read(String column, Params given) {
    TypeParams reader = new TypeParams(column, given);
    boolean silent = reader.baseName.isEmpty() && reader.definition.all().isEmpty();
    return silent ? Optional.empty() : Optional.of(reader.type());
  }

  private ColumnType type() {
    String name = definition.text("type", "").strip();
    if (name.isEmpty() && baseName.isEmpty()) {
      throw invalid("basetype or definition.type is required");
    }
    BaseType base = baseName.isEmpty() ? ofNativeName(name) : ofBaseName();
    if (!name.isEmpty() && base != ofNativeName(name)) {
      throw invalid(
          "basetype %s and the type %s contradict each other".formatted(base, shown(name)));
    }
    ColumnType type =
        new ColumnType(
            base,
            length(),
            definition.flag("nullable", true),
            defaultValue(base),
            name.isEmpty() ? base.name() : name);
    try {
      ColumnSql.type(type);
    } catch (PlatformException e) {
      throw new PlatformException(
          e.code(), "Column %s: %s".formatted(column, e.text()), e.context(), e);
    }
    return type;
  }

  private BaseType ofBaseName() {
    return BaseType.named(baseName)
        .orElseThrow(
            () ->
                invalid(
                    "basetype %s is unknown; it must be BOOLEAN, DATE, FLOAT, INTEGER, NUMERIC, STRING or TIMESTAMP"
                        .formatted(shown(baseName))));
  }

  private BaseType ofNativeName(String name) {
    return BaseType.ofNativeName(name)
        .orElseThrow(
            () ->
                invalid(
                    "the type %s is unknown; BOOLEAN, DATE, FLOAT, INTEGER, NUMERIC, STRING, TIMESTAMP and usual other names of them are known"
                        .formatted(shown(name))));
  }

  private @Nullable String length() {
    String length = definition.text("length", "").strip();
    if (length.length() > MAX_LENGTH_TEXT) {
      throw invalid("length: a length looks like 255 or 38,9");
    }
    return length.isEmpty() ? null : length;
  }

  /** An empty text is a value for texts only. */
  private @Nullable String defaultValue(BaseType base) {
    String value = definition.text("default");
    if (value != null && value.length() > MAX_DEFAULT) {
      throw invalid("default has more than %d characters".formatted(MAX_DEFAULT));
    }
    return value == null || (value.isEmpty() && base != BaseType.STRING) ? null : value;
  }

  private PlatformException invalid(String message) {
    return new PlatformException(
        ErrorCode.TABLE_VALIDATION, "Column %s: %s".formatted(column, message));
  }

  private static String shown(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    return upper.length() > SHOWN ? upper.substring(0, SHOWN) + "…" : upper;
  }
}
