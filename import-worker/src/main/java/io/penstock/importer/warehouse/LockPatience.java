package io.penstock.importer.warehouse;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Runs short DDL on tables that somebody may be reading: waits a moment for the lock, lets go so
 * that others are not queued up behind us, and tries again.
 *
 * @param lockTimeout longest wait in the queue for a lock
 * @param pause between two tries
 * @param tries before the job is left for later
 */
public record LockPatience(Duration lockTimeout, Duration pause, int tries) {
  public static final LockPatience DEFAULT =
      new LockPatience(Duration.ofMillis(200), Duration.ofMillis(300), 5);

  /**
   * Runs a transaction that commits by itself.
   *
   * @throws SQLException {@link SqlStates#LOCK_NOT_AVAILABLE} when no try got its lock
   */
  public <T> T call(Connection connection, Transaction<T> transaction) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        try (Statement statement = connection.createStatement()) {
          statement.execute("SET LOCAL lock_timeout = " + lockTimeout.toMillis());
        }
        return transaction.run();
      } catch (SQLException e) {
        if (!SqlStates.is(e, SqlStates.LOCK_NOT_AVAILABLE) || attempt >= tries) {
          throw e;
        }
        connection.rollback();
        rest();
      }
    }
  }

  /** As {@link #call}, without a result. */
  public void run(Connection connection, Action action) throws SQLException {
    call(
        connection,
        () -> {
          action.run();
          return true;
        });
  }

  private void rest() throws SQLException {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("The worker stops", "57014", e);
    }
  }

  /** One transaction, commit included. */
  @FunctionalInterface
  public interface Transaction<T> {
    T run() throws SQLException;
  }

  /** One transaction without a result, commit included. */
  @FunctionalInterface
  public interface Action {
    void run() throws SQLException;
  }
}
