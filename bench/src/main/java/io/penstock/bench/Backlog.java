package io.penstock.bench;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Records that wait in the outbox after a flood. */
final class Backlog {
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final Duration BETWEEN_COUNTS = Duration.ofSeconds(5);

  private final CallRecordCount records;
  private final long begin = System.nanoTime();
  private final List<TrailResult.Waiting> counts = new ArrayList<>();

  private Backlog(CallRecordCount records) {
    this.records = records;
  }

  /** What waits now. */
  static Backlog of(CallRecordCount records) throws SQLException {
    Backlog backlog = new Backlog(records);
    backlog.count();
    return backlog;
  }

  /**
   * Waits until all are kept.
   *
   * @throws Expected.VerificationFailure when that takes too long
   */
  TrailResult.Absorbed untilKept(CallRound flood) throws SQLException, InterruptedException {
    double nextCount = BETWEEN_COUNTS.toSeconds();
    while (!records.areAllKept()) {
      if (seconds() > PATIENCE.toSeconds()) {
        throw new Expected.VerificationFailure("Audit records are still waiting in the outbox");
      }
      if (seconds() >= nextCount) {
        count();
        nextCount += BETWEEN_COUNTS.toSeconds();
      }
      Thread.sleep(100);
    }
    return new TrailResult.Absorbed(flood, counts.getFirst().records(), seconds(), counts);
  }

  private void count() throws SQLException {
    counts.add(new TrailResult.Waiting(seconds(), records.waiting()));
  }

  private double seconds() {
    return (System.nanoTime() - begin) / 1e9;
  }
}
