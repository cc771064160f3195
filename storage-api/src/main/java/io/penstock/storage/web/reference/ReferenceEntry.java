package io.penstock.storage.web.reference;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What is said of one route beyond what the router knows.
 *
 * @param method in capitals
 * @param path relative to {@code /v2/storage}, such as {@code /buckets/{bucket}}; of the audit
 *     trail the whole
 * @param query short types by parameter, see {@link ShortType}
 * @param body short types by field
 * @param multipart whether the body can only be multipart
 * @param answers what a status brings: a schema's name, {@code Name[]}, media types, or {@code
 *     none}
 */
record ReferenceEntry(
    String method,
    String path,
    String tag,
    String summary,
    Map<String, String> query,
    Map<String, String> body,
    boolean multipart,
    Map<Integer, String> answers) {
  private static final Pattern VARIABLE = Pattern.compile("\\{[^}]+}");

  /** The same for every spelling of the path's variables. */
  String key() {
    return keyOf(method, path);
  }

  static String keyOf(String method, String path) {
    return method.toUpperCase(Locale.ROOT) + " " + VARIABLE.matcher(path).replaceAll("{}");
  }
}
