package io.penstock.storage.web;

import io.penstock.service.SecretMask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.NullNode;

/**
 * What callers send, without its secrets: values of names that tell of one, and whatever looks like
 * one in a text (a token, a password in a connection string, a {@code #} value in nested JSON).
 * Stateless.
 */
public final class MaskedValues {
  private static final String MASK = "*****";
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)#.*|.*(?:passw(?:or)?d|passphrase|pwd|secret|token|credential|authori[sz]ation|signature"
              + "|connection.?string|(?:private|api|access|account|encryption|shared).?key).*");
  private static final Pattern COUNTED = Pattern.compile("(?i)(?!#).*token.*");
  private static final int MAX_TEXT = 500;

  /** Looked at for secrets: so much that none is cut where it begins to be one. */
  private static final int MAX_SEEN = 8 * MAX_TEXT;

  private static final int MAX_ITEMS = 50;

  private final int maxText;
  private final int maxItems;

  private MaskedValues(int maxText, int maxItems) {
    this.maxText = maxText;
    this.maxItems = maxItems;
  }

  /** For a call's record: long values are cut, of data only the size is told. */
  public static Map<String, Object> bounded(Map<?, ?> values) {
    return values.isEmpty() ? Map.of() : new MaskedValues(MAX_TEXT, MAX_ITEMS).map(values);
  }

  /** All of it, for events. */
  public static Map<String, Object> whole(Map<?, ?> values) {
    return values.isEmpty()
        ? Map.of()
        : new MaskedValues(Integer.MAX_VALUE, Integer.MAX_VALUE).map(values);
  }

  private Map<String, Object> map(Map<?, ?> values) {
    Map<String, Object> masked = new LinkedHashMap<>();
    boolean pair = namesSecret(values.get("key")) || namesSecret(values.get("name"));
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      if (masked.size() == maxItems) {
        masked.put("…", values.size() - maxItems + " more");
        break;
      }
      String key = String.valueOf(entry.getKey());
      boolean secret = isSecret(key, entry.getValue()) || (pair && key.equals("value"));
      masked.put(text(key), secret ? MASK : shown(key, entry.getValue()));
    }
    return masked;
  }

  /** Of a pair such as {@code {"key": "#password", "value": …}}. */
  private static boolean namesSecret(@Nullable Object name) {
    return name instanceof String text && SECRET.matcher(text).matches();
  }

  /** A flag or the like is none, whatever its name: {@code canManageTokens}, {@code tokens: 5}. */
  private static boolean isSecret(String key, @Nullable Object value) {
    if (!SECRET.matcher(key).matches()) {
      return false;
    }
    return switch (value) {
      case null -> false;
      case Boolean _ -> false;
      case Number _ -> !COUNTED.matcher(key).matches();
      case String text ->
          switch (text) {
            case "", "0", "1", "true", "false" -> false;
            default -> true;
          };
      default -> true;
    };
  }

  private Object shown(String key, @Nullable Object value) {
    boolean cut = maxText < Integer.MAX_VALUE;
    return switch (key) {
      case "dataString" -> cut ? sizes(value) : value(value);
      case "dataUrl" -> addresses(value);
      default -> value(value);
    };
  }

  private static Object sizes(@Nullable Object value) {
    return value instanceof String text ? text.length() + " characters" : "no text";
  }

  /** Of an address nothing that may open it. */
  private Object addresses(@Nullable Object value) {
    return value instanceof String text
        ? text(text.replaceFirst("(?s)[?#].*", "?…").replaceFirst("//[^/]*@", "//…@"))
        : "no text";
  }

  private Object value(@Nullable Object value) {
    return switch (value) {
      case null -> NullNode.getInstance();
      case Map<?, ?> map -> map(map);
      case List<?> list -> list.stream().limit(maxItems).map(this::value).toList();
      case String text -> text(text);
      default -> value;
    };
  }

  private String text(String text) {
    boolean cut = text.length() > maxText;
    String masked =
        SecretMask.mask(cut && text.length() > MAX_SEEN ? text.substring(0, MAX_SEEN) : text);
    return masked.length() <= maxText && !cut
        ? masked
        : masked.substring(0, Math.min(maxText, masked.length())) + "…";
  }
}
