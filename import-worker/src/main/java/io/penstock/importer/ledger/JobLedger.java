package io.penstock.importer.ledger;

import io.penstock.model.Json;
import io.penstock.model.job.JobOutcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The project's {@code _penstock.job_ledger}, by the connection's current transaction. */
public final class JobLedger {
  private static final String FIND = "SELECT outcome FROM _penstock.job_ledger WHERE job_id = ?";
  private static final String CLAIM = "SELECT pg_try_advisory_lock(?); " + FIND;
  private static final String RECORD =
      "INSERT INTO _penstock.job_ledger (job_id, outcome) VALUES (?, ?::jsonb)"
          + " ON CONFLICT (job_id) DO NOTHING";

  private static final String CHANGES_AFTER =
      """
      SELECT job_id FROM _penstock.job_ledger
      WHERE job_id > ? AND outcome @> jsonb_build_object('tables', jsonb_build_array(jsonb_build_object('tableId', ?::bigint)))
      ORDER BY job_id LIMIT ?""";

  private JobLedger() {}

  /** What the ledger knows when a worker wants to begin. */
  public sealed interface Claim {
    /** The job is ours until the connection closes. */
    record Ours() implements Claim {}

    /** Another worker runs it now. */
    record Busy() implements Claim {}

    /** It has ended before. */
    record Ended(JobOutcome outcome) implements Claim {}
  }

  /**
   * Locks the job for this session and looks for its end, in one round trip. The look-up is a
   * statement of its own, begun when the lock is held: it sees whatever the last holder committed.
   */
  public static Claim claim(Connection connection, long jobId) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
      statement.setLong(1, jobId);
      statement.setLong(2, jobId);
      statement.execute();
      boolean locked;
      try (ResultSet rows = statement.getResultSet()) {
        locked = rows.next() && rows.getBoolean(1);
      }
      statement.getMoreResults();
      try (ResultSet rows = statement.getResultSet()) {
        if (rows.next()) {
          return new Claim.Ended(outcome(rows));
        }
      }
      return locked ? new Claim.Ours() : new Claim.Busy();
    }
  }

  /** The job's end, if it has one. */
  public static Optional<JobOutcome> find(Connection connection, long jobId) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FIND)) {
      statement.setLong(1, jobId);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(outcome(rows)) : Optional.empty();
      }
    }
  }

  /** Later jobs that changed the table, in the order of their ids, at most so many. */
  public static List<Long> changesAfter(Connection connection, long tableId, long jobId, int limit)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CHANGES_AFTER)) {
      statement.setLong(1, jobId);
      statement.setLong(2, tableId);
      statement.setInt(3, limit);
      List<Long> jobs = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          jobs.add(rows.getLong(1));
        }
      }
      return jobs;
    }
  }

  /**
   * Writes the end; waits for another transaction that is just writing one.
   *
   * @return false when the job already has an end: this transaction must then be rolled back
   */
  public static boolean record(Connection connection, JobOutcome outcome) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RECORD)) {
      statement.setLong(1, outcome.jobId());
      statement.setString(2, Json.write(outcome));
      return statement.executeUpdate() == 1;
    }
  }

  private static JobOutcome outcome(ResultSet rows) throws SQLException {
    return Json.read(rows.getString(1), JobOutcome.class);
  }
}
