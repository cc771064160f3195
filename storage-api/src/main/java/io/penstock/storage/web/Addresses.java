package io.penstock.storage.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Addresses ({@code uri}, a bucket's {@code tables}) of our own within answers that are kept, such
 * as a job's results: stored without their host, and completed by the address through which whoever
 * reads them came.
 */
public final class Addresses {
  /** The base of addresses that are to be stored. */
  public static final String STORED = "";

  private static final Set<String> FIELDS = Set.of("uri", "tables");
  private static final String OURS = "/v2/storage/";

  private Addresses() {}

  /** What was stored, for a caller who came by this address. */
  public static Map<String, Object> absolute(Map<?, ?> stored, String baseUrl) {
    return map(stored, uri -> uri.startsWith(OURS) ? baseUrl + uri : uri);
  }

  /** What is shown to a caller who came by this address, for storing. */
  public static Map<String, Object> relative(Map<?, ?> shown, String baseUrl) {
    String here = baseUrl + OURS;
    return map(shown, uri -> uri.startsWith(here) ? uri.substring(baseUrl.length()) : uri);
  }

  private static Map<String, Object> map(Map<?, ?> values, UnaryOperator<String> address) {
    JsonFields copied = new JsonFields();
    values.forEach(
        (name, value) ->
            copied.put(
                String.valueOf(name),
                FIELDS.contains(String.valueOf(name)) && value instanceof String uri
                    ? address.apply(uri)
                    : value(value, address)));
    return copied.map();
  }

  private static @Nullable Object value(@Nullable Object value, UnaryOperator<String> address) {
    return switch (value) {
      case Map<?, ?> map -> map(map, address);
      case List<?> items -> {
        List<@Nullable Object> copied = new ArrayList<>(items.size());
        items.forEach(item -> copied.add(value(item, address)));
        yield copied;
      }
      case null -> null;
      default -> value;
    };
  }
}
