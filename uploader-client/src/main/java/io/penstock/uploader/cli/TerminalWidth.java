package io.penstock.uploader.cli;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How wide the terminal is, if there is one. */
final class TerminalWidth {
  private static final int USUAL = 80;

  private TerminalWidth() {}

  /**
   * Empty when input or output is no terminal, or one that cannot go back to the start of a line.
   */
  static OptionalInt ofThisProcess(Environment environment) {
    boolean terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    if (!terminal || "dumb".equals(environment.given("TERM"))) {
      return OptionalInt.empty();
    }
    int columns = number(environment.given("COLUMNS"));
    if (columns == 0) {
      columns = number(secondWord(askTerminal()));
    }
    return OptionalInt.of(columns == 0 ? USUAL : columns);
  }

  /** Rows and columns as {@code stty} of POSIX systems prints them; empty elsewhere. */
  private static String askTerminal() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
        return "";
      }
      return new String(stty.getInputStream().readNBytes(100), StandardCharsets.US_ASCII);
    } catch (IOException _) {
      return "";
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static String secondWord(String text) {
    String[] words = text.strip().split(" ", -1);
    return words.length == 2 ? words[1] : "";
  }

  private static int number(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
  }
}
