package io.penstock.trail.cli;

/** What the exit codes of {@code audit} mean. */
final class ExitCode {
  static final int VERIFIED = 0;
  static final int WRONG_USE = 1;
  static final int NOT_VERIFIED = 2;
  static final int NOT_READ = 3;

  /** The copy was made while the log grew, or its end was taken away: another one tells. */
  static final int COPY_AGAIN = 4;

  private ExitCode() {}
}
