package io.penstock.importer.workspace;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends a read that takes too long. The server's own time limits do not: a function that a view
 * calls may set them anew, catch their cancellation, and keep the line busy with messages. {@link
 * #waits} and {@link #goesOn} belong to the thread that reads.
 */
final class ReadWatch implements AutoCloseable {
  private static final int LOOKS = 10;
  private static final long IDLE = 0;

  private final ReadPatience patience;
  private final long end;
  private final Runnable breakOff;
  private final Thread thread;
  private volatile long waitingSince = IDLE;
  private volatile boolean closed;
  private volatile @Nullable String reason;

  /**
   * Begins to watch.
   *
   * @param spent of {@link ReadPatience#longest}
   * @param breakOff makes the reading thread fail; runs once, in a thread of its own
   */
  ReadWatch(ReadPatience patience, Duration spent, Runnable breakOff) {
    this.patience = patience;
    this.end = System.nanoTime() + patience.longest().minus(spent).toNanos();
    this.breakOff = breakOff;
    this.thread = Thread.ofVirtual().name("workspace-read-watch").unstarted(this::watch);
  }

  void start() {
    thread.start();
  }

  /** The server is asked for a row. */
  void waits() {
    waitingSince = System.nanoTime() | 1; // never IDLE
  }

  /** It has answered; the time until the next question is not the user's. */
  void goesOn() {
    waitingSince = IDLE;
  }

  /** Why the read was broken off; null: it was not. */
  @Nullable String reason() {
    return reason;
  }

  private void watch() {
    long nextRow = patience.nextRow().toNanos();
    while (!closed) {
      long now = System.nanoTime();
      long since = waitingSince;
      if (end - now <= 0) {
        breakOff("reading it took longer than " + shown(patience.longest()));
      } else if (since != IDLE && now - since >= nextRow) {
        breakOff("it gave no row for " + shown(patience.nextRow()));
      } else {
        LockSupport.parkNanos(Math.min(end - now, nextRow / LOOKS + 1));
      }
    }
  }

  private void breakOff(String why) {
    reason = why;
    closed = true;
    breakOff.run();
  }

  private static String shown(Duration time) {
    return time.toSeconds() > 0 ? time.toSeconds() + " seconds" : time.toMillis() + " ms";
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
