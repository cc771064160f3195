package io.penstock.uploader.cli;

import io.penstock.uploader.UploadRefusedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Where in the file the server found something wrong, as lines for a person. */
final class Problems {
  private static final int MOST = 10;

  private Problems() {}

  /** The list that a failed job gives; a missing node when there is none. */
  static JsonNode of(@Nullable UploadRefusedException refusal) {
    return refusal == null ? MissingNode.getInstance() : refusal.context().path("problems");
  }

  /**
   * The first of them, and how many more there are; without a list, the one place if it is told.
   */
  static List<String> lines(UploadRefusedException refusal) {
    JsonNode problems = of(refusal);
    List<String> lines = new ArrayList<>();
    if (!problems.isArray() || problems.isEmpty()) {
      String place = place(refusal.context());
      return place.isEmpty() ? List.of() : List.of("  at " + place);
    }
    for (JsonNode problem : problems.valueStream().limit(MOST).toList()) {
      lines.add("  " + line(problem));
    }
    if (problems.size() > MOST) {
      lines.add("  and %d more; --json lists them".formatted(problems.size() - MOST));
    }
    return lines;
  }

  private static String line(JsonNode problem) {
    String snippet = printable(problem.path("snippet").asString(""));
    return place(problem)
        + ": "
        + printable(problem.path("cause").asString("no cause given"))
        + (snippet.isEmpty() ? "" : ": " + snippet);
  }

  private static String place(JsonNode problem) {
    List<String> parts = new ArrayList<>();
    for (String field : new String[] {"record", "line", "byte", "column"}) {
      if (problem.path(field).isNumber()) {
        parts.add(field + " " + problem.path(field).asString(""));
      }
    }
    String name = printable(problem.path("columnName").asString(""));
    return String.join(", ", parts) + (name.isEmpty() ? "" : " (" + name + ")");
  }

  /** A file's content must not steer the terminal. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "\u00b7");
  }
}
