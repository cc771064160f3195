package io.penstock.uploader.cli;

import io.penstock.uploader.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * Progress that a person sees. Closing leaves the display ready for the next line; a second close
 * does nothing.
 */
public interface ProgressDisplay extends Progress, AutoCloseable {
  @Override
  void close();

  /** A bar where a person sits at a terminal, plain lines elsewhere. */
  static ProgressDisplay forPerson(PrintWriter out, PrintWriter plain, Environment environment) {
    return of(out, plain, TerminalWidth.ofThisProcess(environment));
  }

  /** A bar of this width; plain lines where there is no terminal. */
  static ProgressDisplay of(PrintWriter out, PrintWriter plain, OptionalInt width) {
    return width.isPresent()
        ? new TerminalProgress(out, width.getAsInt(), System::nanoTime)
        : new PlainProgress(plain, System::nanoTime);
  }

  /** Something that shows nothing to a person. */
  static ProgressDisplay of(Progress progress) {
    return new ProgressDisplay() {
      @Override
      public void update(Phase phase, long bytesSent, long bytesTotal) {
        progress.update(phase, bytesSent, bytesTotal);
      }

      @Override
      public void waiting(String reason, Duration pause) {
        progress.waiting(reason, pause);
      }

      @Override
      public void note(String text) {
        progress.note(text);
      }

      @Override
      public void close() {}
    };
  }
}
