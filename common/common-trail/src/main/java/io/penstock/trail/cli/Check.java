package io.penstock.trail.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import tools.jackson.core.JacksonException;

/** Something that ends with an exit code. */
@FunctionalInterface
interface Check {
  int run() throws IOException;

  /** Runs it; what it throws becomes a line and an exit code. */
  static int run(PrintWriter err, Check check) {
    try {
      return check.run();
    } catch (IllegalArgumentException wrong) {
      err.println("error: " + Texts.printable(String.valueOf(wrong.getMessage())));
      return ExitCode.WRONG_USE;
    } catch (IOException | UncheckedIOException unread) {
      String text = unread.getMessage();
      err.println("could not be read: " + (text == null ? unread : Texts.printable(text)));
      return ExitCode.NOT_READ;
    } catch (JacksonException _) {
      err.println("could not be read: the answer is not JSON");
      return ExitCode.NOT_READ;
    } catch (OutOfMemoryError _) {
      err.println("could not be read: there is not enough memory for it (-Xmx)");
      return ExitCode.NOT_READ;
    }
  }
}
