package io.penstock.trail.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

/** Something that ends with an exit code. */
@FunctionalInterface
interface Check {
  int run() throws IOException;

  /** Runs it; what it throws becomes a line and an exit code. */
  static int run(PrintWriter err, Check check) {
    try {
      return check.run();
    } catch (IllegalArgumentException wrong) {
      err.println("error: " + wrong.getMessage());
      return ExitCode.WRONG_USE;
    } catch (IOException | UncheckedIOException unread) {
      String text = unread.getMessage();
      err.println("could not be read: " + (text == null ? unread : text));
      return ExitCode.NOT_READ;
    }
  }
}
