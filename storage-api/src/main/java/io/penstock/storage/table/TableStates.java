package io.penstock.storage.table;

import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.TableState;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.job.JobEnding.EndedJob;
import java.time.Clock;
import java.time.Instant;
import org.springframework.stereotype.Component;

/**
 * Takes over what workers report of tables. A state that is older than the one we know, or of a
 * table that was removed meanwhile, changes nothing.
 */
@Component
public class TableStates {
  private final TableRows rows;
  private final DatatypeMetadata datatypes;
  private final Buckets buckets;
  private final Clock clock;

  TableStates(TableRows rows, DatatypeMetadata datatypes, Buckets buckets, Clock clock) {
    this.rows = rows;
    this.datatypes = datatypes;
    this.buckets = buckets;
    this.clock = clock;
  }

  /** A table changes with its load. */
  public void apply(EndedJob job, JobOutcome outcome) {
    Instant ended = ended(outcome);
    lockBucket(job, outcome);
    for (TableState state : outcome.tables()) {
      apply(job, state, state.lastImport() == null ? ended : state.lastImport());
    }
  }

  /** A table changes without a load: later than its last one, which stays what it was. */
  public void applyWithoutLoad(EndedJob job, JobOutcome outcome) {
    Instant ended = ended(outcome);
    lockBucket(job, outcome);
    for (TableState state : outcome.tables()) {
      Instant load = state.lastImport();
      apply(job, state, load != null && load.isAfter(ended) ? load : ended);
    }
  }

  private Instant ended(JobOutcome outcome) {
    return outcome.endedAt() == null ? clock.instant() : outcome.endedAt();
  }

  private void lockBucket(EndedJob job, JobOutcome outcome) {
    if (job.bucketId() != null && !outcome.tables().isEmpty()) {
      buckets.lockForChange(job.bucketId());
    }
  }

  private void apply(EndedJob job, TableState state, Instant changed) {
    TableRows.Takeover takeover =
        state.dropped()
            ? TableRows.Takeover.NONE
            : rows.apply(job.origin().projectId(), state, changed);
    if (takeover == TableRows.Takeover.WITH_OTHER_TYPES) {
      datatypes.write(job.origin().projectId(), state);
    }
    if (takeover != TableRows.Takeover.NONE && job.bucketId() != null) {
      buckets.changed(job.bucketId(), changed);
    }
  }
}
