package io.penstock.uploader.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Lines for a log: one for each step, and while sending one every 5 seconds or 10 %, but never two
 * in a second.
 */
final class PlainProgress implements ProgressDisplay {
  private static final long AT_LATEST = Duration.ofSeconds(5).toNanos();
  private static final long AT_SOONEST = Duration.ofSeconds(1).toNanos();
  private static final int STEP_PERCENT = 10;

  private final PrintWriter out;
  private final LongSupplier nanos;

  private Phase phase = Phase.DONE;
  private long phaseSince;
  private long lastLine;
  private long lastPercent;

  PlainProgress(PrintWriter out, LongSupplier nanos) {
    this.out = out;
    this.nanos = nanos;
  }

  @Override
  public synchronized void update(Phase newPhase, long sent, long total) {
    long now = nanos.getAsLong();
    if (newPhase != phase) {
      enter(newPhase, sent, total, now);
    } else if (newPhase == Phase.SENDING) {
      whileSending(sent, total, now);
    } else if (newPhase == Phase.IMPORTING && now - lastLine >= AT_LATEST) {
      print(
          "importing for " + ProgressText.time(Duration.ofNanos(now - phaseSince).toSeconds()),
          now);
    }
  }

  @Override
  public synchronized void waiting(String reason, Duration pause) {
    out.printf(
        "%s; trying again in %s%n", reason, ProgressText.time(Math.max(1, pause.toSeconds())));
    out.flush();
  }

  @Override
  public synchronized void note(String text) {
    out.println(text);
    out.flush();
  }

  @Override
  public void close() {}

  private void enter(Phase newPhase, long sent, long total, long now) {
    Duration took = Duration.ofNanos(now - phaseSince);
    phase = newPhase;
    phaseSince = now;
    switch (newPhase) {
      case PREPARING, DONE -> {}
      case SENDING -> print("sending " + ProgressText.size(total), now);
      case IMPORTING ->
          print("sent %s%s, importing".formatted(ProgressText.size(sent), at(sent, took)), now);
    }
  }

  private void whileSending(long sent, long total, long now) {
    long percent = ProgressText.percent(sent, total);
    long since = now - lastLine;
    boolean due =
        since >= AT_LATEST || (percent >= lastPercent + STEP_PERCENT && since >= AT_SOONEST);
    if (due && sent < total) {
      Duration elapsed = Duration.ofNanos(now - phaseSince);
      String left = ProgressText.remaining(sent, total, elapsed);
      print(
          "sent %d %%, %s of %s%s%s"
              .formatted(
                  percent,
                  ProgressText.size(sent),
                  ProgressText.size(total),
                  at(sent, elapsed),
                  left.isEmpty() ? "" : ", " + left),
          now);
      lastPercent = percent;
    }
  }

  private static String at(long sent, Duration elapsed) {
    String speed = ProgressText.speed(sent, elapsed);
    return speed.isEmpty() ? "" : " at " + speed;
  }

  private void print(String line, long now) {
    out.println(line);
    out.flush();
    lastLine = now;
  }
}
