package io.penstock.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * How many audit records were written, seen in the metadata database. Every record takes one number
 * of a sequence with its insert into the outbox, and leaves the outbox only when audit-service has
 * confirmed that it is kept: numbers taken, once the outbox is empty, are records kept.
 */
final class CallRecordCount {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final String url;
  private final String password;

  CallRecordCount(int port, String password) {
    this.url = "jdbc:postgresql://127.0.0.1:" + port + "/penstock_metadata";
    this.password = password;
  }

  /** How many records wait in the outbox until they are known to be kept. */
  long waiting() throws SQLException {
    return number("SELECT count(*) FROM outbox_record");
  }

  boolean areAllKept() throws SQLException {
    return number("SELECT count(*) FROM (SELECT FROM outbox_record LIMIT 1)") == 0;
  }

  /**
   * Waits until the outbox is empty.
   *
   * @return the last number taken
   */
  long settled() throws SQLException, InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!areAllKept()) {
      if (System.nanoTime() > until) {
        throw new Expected.VerificationFailure("Audit records are still waiting in the outbox");
      }
      Thread.sleep(200);
    }
    return number("SELECT last_value FROM record_number");
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "postgres", password);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
