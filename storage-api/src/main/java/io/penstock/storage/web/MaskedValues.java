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
 */
public final class MaskedValues {
  private static final String MASK = "*****";

  /** To be found anywhere in a name, in one pass: a caller's name may have millions of letters. */
  private static final Pattern SECRET =
      Pattern.compile(
          "(?is)passw(?:or)?d|passphrase|pwd|secret|token|credential|authori[sz]ation|signature"
              + "|connection.?string|(?:private|api|access|account|encryption|shared).?key");

  private static final Pattern COUNTED = Pattern.compile("(?i)token");

  /** No name is longer. */
  private static final int LONGEST_NAME = 1_000;

  private static final int MAX_TEXT = 500;

  /** Looked at for secrets: so much that none is cut where it begins to be one. */
  private static final int MAX_SEEN = 8 * MAX_TEXT;

  private static final int MAX_ITEMS = 50;

  /** Of a call's record altogether: one that no queue takes would never reach the trail. */
  private static final int MAX_CHARACTERS = 24_000;

  private static final int MAX_DEPTH = 20;
  private static final String CUT = "…";

  private final int maxText;
  private final int maxItems;
  private final int maxDepth;
  private int left;

  private MaskedValues(int maxText, int maxItems, int maxDepth, int characters) {
    this.maxText = maxText;
    this.maxItems = maxItems;
    this.maxDepth = maxDepth;
    this.left = characters;
  }

  /** For a call's record: what is long, much or deep is cut, of data only the size is told. */
  public static Map<String, Object> bounded(Map<?, ?> values) {
    return values.isEmpty()
        ? Map.of()
        : new MaskedValues(MAX_TEXT, MAX_ITEMS, MAX_DEPTH, MAX_CHARACTERS).map(values, 1);
  }

  /** All of it, for events. */
  public static Map<String, Object> whole(Map<?, ?> values) {
    return values.isEmpty()
        ? Map.of()
        : new MaskedValues(
                Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE)
            .map(values, 1);
  }

  private Map<String, Object> map(Map<?, ?> values, int depth) {
    Map<String, Object> masked = new LinkedHashMap<>();
    boolean pair = namesSecret(values.get("key")) || namesSecret(values.get("name"));
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      if (masked.size() == maxItems || left <= 0) {
        masked.put(CUT, values.size() - masked.size() + " more");
        break;
      }
      String key = String.valueOf(entry.getKey());
      boolean secret = isSecret(key, entry.getValue()) || (pair && key.equals("value"));
      masked.put(text(key), secret ? MASK : shown(key, entry.getValue(), depth));
    }
    return masked;
  }

  /** Of a pair such as {@code {"key": "#password", "value": …}}. */
  private static boolean namesSecret(@Nullable Object name) {
    return name instanceof String text && tellsOfASecret(beginning(text, LONGEST_NAME));
  }

  private static boolean tellsOfASecret(String name) {
    return name.startsWith("#") || name.equalsIgnoreCase("sig") || SECRET.matcher(name).find();
  }

  private static boolean isCounted(String name) {
    return !name.startsWith("#") && COUNTED.matcher(name).find();
  }

  /** A flag or the like is none, whatever its name: {@code canManageTokens}, {@code tokens: 5}. */
  private static boolean isSecret(String key, @Nullable Object value) {
    if (key.length() <= LONGEST_NAME && !tellsOfASecret(key)) {
      return false;
    }
    return switch (value) {
      case null -> false;
      case Boolean _ -> false;
      case Number _ -> !isCounted(beginning(key, LONGEST_NAME));
      case String text ->
          switch (text) {
            case "", "0", "1", "true", "false" -> false;
            default -> true;
          };
      default -> true;
    };
  }

  private Object shown(String key, @Nullable Object value, int depth) {
    boolean cut = maxText < Integer.MAX_VALUE;
    return switch (key) {
      case "dataString" -> cut ? sizes(value) : value(value, depth);
      case "data" -> cut && value instanceof String ? sizes(value) : value(value, depth);
      case "dataUrl" -> addresses(value);
      default -> value(value, depth);
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

  private Object value(@Nullable Object value, int depth) {
    if (left <= 0) {
      return CUT;
    }
    spend(1);
    return switch (value) {
      case null -> NullNode.getInstance();
      case Map<?, ?> map -> depth == maxDepth ? CUT : map(map, depth + 1);
      case List<?> list ->
          depth == maxDepth
              ? CUT
              : list.stream().limit(maxItems).map(item -> value(item, depth + 1)).toList();
      case String text -> text(text);
      case Number number -> number(number);
      default -> value;
    };
  }

  /** A number of JSON may have a million digits. */
  private Object number(Number number) {
    String digits = number.toString();
    spend(digits.length());
    return digits.length() <= maxText ? number : text(digits);
  }

  private void spend(int characters) {
    if (maxText < Integer.MAX_VALUE) {
      left -= characters;
    }
  }

  private String text(String text) {
    boolean cut = text.length() > maxText;
    String masked = SecretMask.mask(cut ? beginning(text, MAX_SEEN) : text);
    String shown = masked.length() <= maxText && !cut ? masked : beginning(masked, maxText) + CUT;
    spend(shown.length());
    return shown;
  }

  /** So many characters at most, none of them half. */
  private static String beginning(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    return text.substring(
        0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
  }
}
