package io.penstock.storage.job;

import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Waits for the ends of jobs on behalf of synchronous calls. Clients give up after thirty seconds,
 * so this does a little earlier; a connection is held for each look only. Thread-safe.
 */
@Component
class JobWaits {
  private static final Duration PATIENCE = Duration.ofSeconds(25);
  private static final long FIRST_PAUSE_MILLIS = 10;
  private static final long LONGEST_PAUSE_MILLIS = 250;

  private final JobRows rows;

  JobWaits(JobRows rows) {
    this.rows = rows;
  }

  /** The job when it has ended; empty when that takes too long, or the server stops. */
  Optional<JobRow> end(long projectId, long jobId) {
    long begun = System.nanoTime(); // a wall clock that is set back would keep us waiting
    long pause = FIRST_PAUSE_MILLIS;
    Optional<JobRow> ended = rows.findEnded(projectId, jobId);
    while (ended.isEmpty() && System.nanoTime() - begun < PATIENCE.toNanos()) {
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
      pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
      ended = rows.findEnded(projectId, jobId);
    }
    return ended;
  }
}
