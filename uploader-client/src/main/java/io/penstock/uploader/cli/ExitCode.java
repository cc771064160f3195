package io.penstock.uploader.cli;

/** What the commands' exit codes mean. */
final class ExitCode {
  static final int DONE = 0;
  static final int WRONG_INPUT = 1;
  static final int REFUSED = 2;
  static final int GAVE_UP = 3;

  private ExitCode() {}
}
