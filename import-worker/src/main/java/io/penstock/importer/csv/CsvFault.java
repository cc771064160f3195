package io.penstock.importer.csv;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.util.Map;

/** A place where a file does not follow the rules: the user has to change it. */
public final class CsvFault extends PlatformException {
  private static final long serialVersionUID = 1L;

  private final CsvProblem.Kind kind;

  CsvFault(CsvProblem problem) {
    this(problem, "The file", Map.of());
  }

  /**
   * @param where the file, or which of its slices
   * @param more for the error's context, beside the place
   */
  public CsvFault(CsvProblem problem, String where, Map<String, Object> more) {
    super(problem.kind().code(), text(problem, where), context(problem, more), null);
    this.kind = problem.kind();
  }

  public CsvProblem.Kind kind() {
    return kind;
  }

  private static String text(CsvProblem problem, String where) {
    return "%s %s: %s: %s.%s"
        .formatted(
            where,
            problem.kind().code() == ErrorCode.INVALID_CSV
                ? "is not valid CSV"
                : "does not fit the table's types",
            problem.place(),
            problem.cause(),
            problem.snippet().isEmpty()
                ? ""
                : " There stood (letters and digits masked): " + problem.snippet());
  }

  private static Map<String, Object> context(CsvProblem problem, Map<String, Object> more) {
    Map<String, Object> context = problem.json();
    context.remove("cause");
    context.remove("snippet");
    context.putAll(more);
    return context;
  }
}
