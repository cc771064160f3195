package io.penstock.storage.web;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What a caller sent, whichever way: query string, JSON, bracketed form fields or multipart, with
 * the coercions of the contract's chapter 1.3. A missing key and a JSON null are the same: not
 * given. Wrong types are answered with 400 and the parameter's name. Immutable.
 */
public final class Params {
  private static final Set<String> TRUE = Set.of("true", "1", "on", "yes");
  private static final Set<String> FALSE = Set.of("false", "0", "off", "no", "");

  /** An empty value is one of {@link #FALSE}, but a bare key in a query is no no. */
  private static final Set<String> NO = Set.of("false", "0", "off", "no");

  private final Map<String, Object> values;
  private final boolean json;

  /**
   * @param values scalars as {@code String}, {@code Number} or {@code Boolean}; lists as {@code
   *     List}; maps as {@code Map}; null values allowed
   * @param json whether the body was JSON: some answers depend on it
   */
  public Params(Map<String, Object> values, boolean json) {
    this.values = values;
    this.json = json;
  }

  public boolean isJson() {
    return json;
  }

  /** Whether the key was given with anything but null. */
  public boolean has(String name) {
    return values.get(name) != null;
  }

  public Map<String, Object> all() {
    return values;
  }

  /** A scalar as text; null when not given. */
  public @Nullable String text(String name) {
    Object value = single(name);
    return switch (value) {
      case null -> null;
      case String s -> s;
      case Number n -> n.toString();
      case Boolean b -> b.toString();
      default -> throw invalid(name + " must be a string");
    };
  }

  /** Of a plain name that was repeated the last value counts, where one is asked for. */
  private @Nullable Object single(String name) {
    Object value = values.get(name);
    return value instanceof Repeated repeated ? repeated.getLast() : value;
  }

  public String text(String name, String otherwise) {
    String text = text(name);
    return text == null ? otherwise : text;
  }

  /** A boolean in any of the contract's spellings. */
  public boolean flag(String name, boolean otherwise) {
    Object value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean b) {
      return b;
    }
    String text = String.valueOf(text(name)).toLowerCase(Locale.ROOT);
    if (TRUE.contains(text)) {
      return true;
    }
    if (FALSE.contains(text)) {
      return false;
    }
    throw invalid(name + " must be true or false");
  }

  /**
   * Whether the key was given, as {@code ?unlink} is, whatever its value but for a spelt-out no.
   */
  public boolean asks(String name) {
    String text = text(name);
    return text != null && !NO.contains(text.toLowerCase(Locale.ROOT));
  }

  /** A whole number; null when not given or empty. */
  public @Nullable Long number(String name) {
    String text = text(name);
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      return Long.valueOf(text.trim());
    } catch (NumberFormatException e) {
      throw invalid(name + " must be a whole number");
    }
  }

  /** A whole number between the bounds, both included. */
  public long number(String name, long otherwise, long min, long max) {
    Long number = number(name);
    if (number == null) {
      return otherwise;
    }
    if (number < min || number > max) {
      throw invalid("%s must be between %d and %d".formatted(name, min, max));
    }
    return number;
  }

  /**
   * A list of texts: a list, an empty map, or one string cut at its commas. Empty when not given.
   */
  public List<String> list(String name) {
    Object value = values.get(name);
    return switch (value) {
      case null -> List.of();
      case String s -> s.isEmpty() ? List.of() : Arrays.asList(s.split(",", -1));
      case List<?> items -> items.stream().map(item -> scalar(name, item)).toList();
      case Map<?, ?> map -> map.values().stream().map(item -> scalar(name, item)).toList();
      default -> List.of(scalar(name, value));
    };
  }

  /** A list that must have come as a list: a lone string is refused. */
  public List<String> strictList(String name) {
    Object value = values.get(name);
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      throw invalid(name + " must be an array");
    }
    return list(name);
  }

  /** A map by key; an empty list stands for an empty map, and so does a form's {@code name[]=}. */
  public Map<String, Object> map(String name) {
    Object value = single(name);
    return switch (value) {
      case null -> Map.of();
      case Map<?, ?> map -> copy(map);
      case List<?> items when items.stream().allMatch(""::equals) -> Map.of();
      case String s when s.isEmpty() -> Map.of();
      default -> throw invalid(name + " must be an object");
    };
  }

  /** A map that may also have come as JSON text, as event {@code params} do. */
  public Map<String, Object> jsonMap(String name) {
    if (!(single(name) instanceof String text) || text.isBlank()) {
      return map(name);
    }
    try {
      Object parsed = ParamsReader.parsed(text);
      StorableText.require(name, parsed);
      Map<String, Object> one = new LinkedHashMap<>();
      one.put(name, parsed);
      return new Params(one, json).map(name);
    } catch (JacksonException e) {
      throw invalid(name + " must be an object or its JSON text");
    }
  }

  /** A list of maps, such as {@code whereFilters}. */
  public List<Params> objects(String name) {
    Object value = values.get(name);
    Iterable<?> items =
        switch (value) {
          case null -> List.of();
          case List<?> list -> list;
          case Map<?, ?> map -> map.values();
          default -> throw invalid(name + " must be a list of objects");
        };
    List<Params> found = new ArrayList<>();
    for (Object item : items) {
      if (!(item instanceof Map<?, ?> map)) {
        throw invalid(name + " must be a list of objects");
      }
      found.add(new Params(copy(map), json));
    }
    return found;
  }

  private static Map<String, Object> copy(Map<?, ?> map) {
    Map<String, Object> copied = new LinkedHashMap<>();
    map.forEach((key, value) -> copied.put(String.valueOf(key), value));
    return copied;
  }

  private static String scalar(String name, @Nullable Object item) {
    return switch (item) {
      case null -> "";
      case String s -> s;
      case Number n -> n.toString();
      case Boolean b -> b.toString();
      default -> throw invalid(name + " must be a list of strings");
    };
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.VALIDATION, message);
  }
}
