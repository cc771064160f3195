package io.penstock.uploader.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;

/** One line on a terminal that is written over and over, ten times a second at most. */
final class TerminalProgress implements ProgressDisplay {
  private static final String START_OF_LINE = "\r";

  /** Erase from the cursor to the end of the line (ECMA-48, EL). */
  private static final String ERASE = "\u001b[K";

  private static final long BETWEEN_DRAWS = Duration.ofMillis(100).toNanos();

  private final PrintWriter out;
  private final int width;
  private final LongSupplier nanos;

  private Phase phase = Phase.PREPARING;
  private long sendingSince;
  private long importingSince;
  private long lastDraw;
  private boolean drawn;

  TerminalProgress(PrintWriter out, int width, LongSupplier nanos) {
    this.out = out;
    this.width = width;
    this.nanos = nanos;
  }

  @Override
  public synchronized void update(Phase newPhase, long sent, long total) {
    long now = nanos.getAsLong();
    boolean entered = newPhase != phase || !drawn;
    phase = newPhase;
    if (entered && newPhase == Phase.SENDING) {
      sendingSince = now;
    } else if (entered && newPhase == Phase.IMPORTING) {
      importingSince = now;
    }
    if (!entered && sent < total && now - lastDraw < BETWEEN_DRAWS) {
      return;
    }
    lastDraw = now;
    switch (newPhase) {
      case PREPARING -> draw("preparing");
      case SENDING ->
          draw(ProgressText.line(width, sent, total, Duration.ofNanos(now - sendingSince)));
      case IMPORTING ->
          draw(
              "importing  "
                  + ProgressText.time(Duration.ofNanos(now - importingSince).toSeconds()));
      case DONE -> close();
    }
  }

  @Override
  public synchronized void waiting(String reason, Duration pause) {
    close();
    out.printf(
        "%s; trying again in %s%n", reason, ProgressText.time(Math.max(1, pause.toSeconds())));
    out.flush();
  }

  @Override
  public synchronized void note(String text) {
    close();
    out.println(text);
    out.flush();
  }

  @Override
  public synchronized void close() {
    if (drawn) {
      out.print(START_OF_LINE + ERASE);
      out.flush();
      drawn = false;
    }
  }

  private void draw(String line) {
    String fitting = line.substring(0, Math.min(line.length(), Math.max(0, width - 1)));
    out.print(START_OF_LINE + fitting + ERASE);
    out.flush();
    drawn = true;
  }
}
