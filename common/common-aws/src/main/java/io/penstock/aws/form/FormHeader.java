package io.penstock.aws.form;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A header with parameters: {@code form-data; name="data"; filename="users.csv"}. Quoted texts may
 * escape quotes by a backslash; {@code filename*} is read as RFC 5987 spells it, for older clients.
 *
 * @param value what stands before the parameters
 * @param parameters by their names in lower case; the first of several counts
 */
record FormHeader(String value, Map<String, String> parameters) {
  private static final String EXTENDED = "utf-8''";

  static FormHeader parse(String text) {
    Map<String, String> parameters = new LinkedHashMap<>();
    int semicolon = text.indexOf(';');
    String value = semicolon < 0 ? text : text.substring(0, semicolon);
    int at = semicolon < 0 ? text.length() : semicolon + 1;
    while (at < text.length()) {
      int equals = text.indexOf('=', at);
      if (equals < 0) {
        break;
      }
      String name = text.substring(at, equals).trim().toLowerCase(Locale.ROOT);
      int from = equals + 1;
      while (from < text.length() && text.charAt(from) == ' ') {
        from++;
      }
      StringBuilder read = new StringBuilder();
      at =
          from < text.length() && text.charAt(from) == '"'
              ? quoted(text, from + 1, read)
              : plain(text, from, read);
      add(parameters, name, read.toString());
    }
    return new FormHeader(value.trim(), parameters);
  }

  @Nullable String parameter(String name) {
    return parameters.get(name);
  }

  private static void add(Map<String, String> parameters, String name, String value) {
    if (!name.endsWith("*")) {
      parameters.putIfAbsent(name, value);
    } else if (value.regionMatches(true, 0, EXTENDED, 0, EXTENDED.length())) {
      try {
        String spelled = value.substring(EXTENDED.length()).replace("+", "%2B");
        parameters.put(
            name.substring(0, name.length() - 1),
            URLDecoder.decode(spelled, StandardCharsets.UTF_8));
      } catch (IllegalArgumentException _) {
        // Not spelled correctly: the plain parameter counts, where there is one.
      }
    }
  }

  /** Returns where the next parameter begins. */
  private static int quoted(String text, int from, StringBuilder read) {
    int at = from;
    while (at < text.length() && text.charAt(at) != '"') {
      boolean escape =
          text.charAt(at) == '\\'
              && at + 1 < text.length()
              && (text.charAt(at + 1) == '"' || text.charAt(at + 1) == '\\');
      at += escape ? 1 : 0;
      read.append(text.charAt(at++));
    }
    int semicolon = text.indexOf(';', at);
    return semicolon < 0 ? text.length() : semicolon + 1;
  }

  private static int plain(String text, int from, StringBuilder read) {
    int semicolon = text.indexOf(';', from);
    int to = semicolon < 0 ? text.length() : semicolon;
    read.append(text.substring(from, to).trim());
    return Math.min(text.length(), to + 1);
  }
}
