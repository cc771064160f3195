package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what stands for NULL in a file for a typed table (chapter 2.5). */
final class NullValue {
  private static final int MAX_LENGTH = 255;

  /** The output-mapping's name for the same. */
  private static final List<String> NAMES = List.of("treatValuesAsNull", "importAsNull");

  private NullValue() {}

  /**
   * @param cutting the characters that cut the file, which the value cannot hold
   * @return an empty value when the caller says nothing; null when nothing is to become NULL
   */
  static @Nullable String read(Params params, String cutting) {
    for (String name : NAMES) {
      if (params.has(name)) {
        return read(name, values(params, name), cutting);
      }
    }
    return "";
  }

  /** A lone text is one value, commas and all. */
  private static List<String> values(Params params, String name) {
    return params.all().get(name) instanceof String one ? List.of(one) : params.list(name);
  }

  private static @Nullable String read(String name, List<String> values, String cutting) {
    if (values.size() > 1) {
      throw invalid(name, "This collection should contain 1 element or less.");
    }
    if (values.isEmpty()) {
      return null;
    }
    String value = values.getFirst();
    // Commas and quotation marks as well: a file in another dialect is translated on its way.
    String forbidden = cutting + ",\"\r\n";
    if (value.length() > MAX_LENGTH || value.chars().anyMatch(c -> forbidden.indexOf(c) >= 0)) {
      throw invalid(
          name,
          "The value must have at most %d characters, no line end, comma or quotation mark, and nothing that cuts the file."
              .formatted(MAX_LENGTH));
    }
    return value;
  }

  private static PlatformException invalid(String name, String message) {
    return new PlatformException(
        ErrorCode.VALIDATION_FAILED,
        name + ": " + message,
        Map.of("errors", List.of(Map.of("key", name, "message", message))),
        null);
  }
}
