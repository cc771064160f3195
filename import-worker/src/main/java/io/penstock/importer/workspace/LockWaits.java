package io.penstock.importer.workspace;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Waits for locks of a workspace's user, all those of one load together not longer than one of them
 * may take: a user who frees one table after the other would hold the load's place for as long as
 * there are tables. Belongs to one thread.
 */
final class LockWaits {
  /** What is left for each lock when all the time is spent. */
  private static final long MOMENT = 50;

  private final long together;
  private long left;

  LockWaits(Duration together) {
    this.together = together.toMillis();
    this.left = this.together;
  }

  /** Runs what does little but wait; the time that it takes is spent. */
  void run(Statement statement, String sql) throws SQLException {
    long began = System.nanoTime();
    try {
      limited(statement, Math.max(left, MOMENT), sql);
    } finally {
      left -= Duration.ofNanos(System.nanoTime() - began).toMillis();
    }
  }

  /** Runs what may take its time, and waits for no lock. */
  void runAtOnce(Statement statement, String sql) throws SQLException {
    limited(statement, MOMENT, sql);
  }

  /** The limit is this statement's alone: no user holds what the others wait for. */
  private void limited(Statement statement, long millis, String sql) throws SQLException {
    statement.execute(
        "SET LOCAL lock_timeout = %d; ".formatted(millis)
            + sql
            + "; SET LOCAL lock_timeout = "
            + together);
  }
}
