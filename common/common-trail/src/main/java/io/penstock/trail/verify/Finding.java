package io.penstock.trail.verify;

/**
 * Something that is wrong.
 *
 * @param first the first record that it concerns; {@link #NO_RECORD} when it concerns none
 * @param last the last record that it concerns
 * @param place the file, such as {@code tile/entries/003}
 * @param text what is wrong, for a person
 * @param mayBeGrowth whether a copy that was made while the log grew may look the same
 */
public record Finding(
    Problem problem, long first, long last, String place, String text, boolean mayBeGrowth) {
  public static final long NO_RECORD = -1;

  public Finding(Problem problem, long first, long last, String place, String text) {
    this(problem, first, last, place, text, false);
  }

  /** What a copy that was made while the log grew may have as well. */
  static Finding growth(Problem problem, long first, long last, String place, String text) {
    return new Finding(problem, first, last, place, text, true);
  }

  static Finding of(Problem problem, long record, String place, String text) {
    return new Finding(problem, record, record, place, text);
  }

  static Finding general(Problem problem, String place, String text) {
    return new Finding(problem, NO_RECORD, NO_RECORD, place, text);
  }

  /** Whether the other goes on where this one ends. */
  boolean continuedBy(Finding next) {
    return problem == next.problem
        && text.equals(next.text)
        && mayBeGrowth == next.mayBeGrowth
        && first != NO_RECORD
        && next.first == last + 1;
  }

  Finding with(Finding next) {
    return new Finding(problem, first, next.last, place, text, mayBeGrowth);
  }

  /** {@code missing: record 7 …}. */
  public String line() {
    String records =
        first == NO_RECORD
            ? ""
            : first == last
                ? "record %d ".formatted(first)
                : "records %d to %d ".formatted(first, last);
    return "%s: %s%s (%s)".formatted(problem.word(), records, text, place);
  }
}
