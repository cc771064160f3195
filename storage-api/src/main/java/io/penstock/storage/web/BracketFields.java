package io.penstock.storage.web;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds nested values from PHP's bracketed names: {@code tags[]=x}, {@code
 * bucketPermissions[in.c-main]=read}, {@code whereFilters[0][values][1]=a}. A repeated plain name
 * becomes a {@link Repeated} one. Maps whose keys are all whole numbers become lists, gaps
 * collapse. Depth and count are bounded.
 */
final class BracketFields {
  private static final int MAX_DEPTH = 8;
  private static final int MAX_FIELDS = 20_000;

  private final Map<String, Object> root = new LinkedHashMap<>();

  /** The index from which on a node may have free ones: nothing is looked at twice. */
  private final IdentityHashMap<Map<String, Object>, Integer> following = new IdentityHashMap<>();

  private int fields;

  /** What a plain name that came more than once has got. */
  private static final class RepeatedFields extends LinkedHashMap<String, Object> {
    private static final long serialVersionUID = 1L;
  }

  void add(String name, String value) {
    if (++fields > MAX_FIELDS) {
      throw new PlatformException(
          ErrorCode.REQUEST_TOO_LARGE, "More than " + MAX_FIELDS + " form fields");
    }
    List<String> path = path(name);
    Map<String, Object> node = root;
    for (int i = 0; i < path.size() - 1; i++) {
      node = child(node, key(node, path.get(i)));
    }
    String last = path.getLast();
    if (path.size() == 1 && node.containsKey(last)) {
      repeat(node, last, value);
    } else {
      node.put(key(node, last), value);
    }
  }

  Map<String, Object> result() {
    Map<String, Object> result = new LinkedHashMap<>();
    root.forEach((key, value) -> result.put(key, collapse(value)));
    return result;
  }

  private void repeat(Map<String, Object> node, String name, String value) {
    Object before = node.get(name);
    if (before instanceof Map<?, ?>) {
      Map<String, Object> list = child(node, name);
      list.put(key(list, ""), value);
    } else {
      Map<String, Object> list = new RepeatedFields();
      list.put("0", String.valueOf(before));
      list.put("1", value);
      node.put(name, list);
    }
  }

  private String key(Map<String, Object> node, String key) {
    return key.isEmpty() || key.equals("{0}") ? nextIndex(node) : key;
  }

  private String nextIndex(Map<String, Object> node) {
    int next = Math.max(node.size(), following.getOrDefault(node, 0));
    while (node.containsKey(Integer.toString(next))) {
      next++;
    }
    following.put(node, next + 1);
    return Integer.toString(next);
  }

  @SuppressWarnings("unchecked") // every Map in here was made in here
  private static Map<String, Object> child(Map<String, Object> node, String key) {
    Object existing = node.get(key);
    if (existing instanceof Map<?, ?>) {
      return (Map<String, Object>) existing;
    }
    Map<String, Object> made = new LinkedHashMap<>();
    node.put(key, made);
    return made;
  }

  private static List<String> path(String name) {
    int bracket = name.indexOf('[');
    if (bracket <= 0 || !name.endsWith("]")) {
      return List.of(name);
    }
    List<String> path = new ArrayList<>();
    path.add(name.substring(0, bracket));
    int from = bracket;
    while (from < name.length() && name.charAt(from) == '[') {
      int to = name.indexOf(']', from);
      if (to < 0) {
        return List.of(name);
      }
      path.add(name.substring(from + 1, to));
      from = to + 1;
      if (path.size() > MAX_DEPTH) {
        throw new PlatformException(
            ErrorCode.VALIDATION, "Form fields may be nested " + MAX_DEPTH + " deep at most");
      }
    }
    return from == name.length() ? path : List.of(name);
  }

  private static Object collapse(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return value;
    }
    boolean indexes =
        map.keySet().stream()
            .allMatch(key -> String.valueOf(key).chars().allMatch(Character::isDigit));
    if (indexes) {
      List<Object> items = map.values().stream().map(BracketFields::collapse).toList();
      return map instanceof RepeatedFields ? new Repeated(items) : items;
    }
    Map<String, Object> copied = new LinkedHashMap<>();
    map.forEach((key, child) -> copied.put(String.valueOf(key), collapse(child)));
    return copied;
  }
}
