package io.penstock.quickstart;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code quickstart.env}. */
final class QuickstartEnvironment {
  private static final Pattern ASSIGNMENT = Pattern.compile("([A-Z0-9_]+)='(.*)'");

  private QuickstartEnvironment() {}

  /** The variables; fails with the next step when the platform never ran on this home. */
  static Map<String, String> read(Home home) throws IOException {
    String text =
        home.read(home.environmentFile())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "Nothing was ever started on %s: run bin/penstock up first"
                            .formatted(home.root())));
    Map<String, String> variables = new HashMap<>();
    text.lines()
        .map(ASSIGNMENT::matcher)
        .filter(Matcher::matches)
        .forEach(match -> variables.put(match.group(1), match.group(2).replace("'\\''", "'")));
    return variables;
  }
}
