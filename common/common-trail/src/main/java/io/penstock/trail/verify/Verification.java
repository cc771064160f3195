package io.penstock.trail.verify;

import io.penstock.trail.Checkpoint;
import io.penstock.trail.NoteKey;
import io.penstock.trail.SignedNote;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a check ended.
 *
 * @param note the newest checkpoint as it stands in the copy; null when there is none
 * @param checkpoint the same, read
 * @param signedBy which of the given keys have signed it
 * @param counts what was looked at
 * @param findings what is wrong; those about the log as a whole first, then in the order of records
 * @param more how many findings there are beyond the list
 * @param notices what is not wrong, and good to know
 * @param proven where all findings may come from copying while the log grew: what the log is proven
 *     up to; null otherwise
 */
public record Verification(
    @Nullable SignedNote note,
    @Nullable Checkpoint checkpoint,
    Set<NoteKey> signedBy,
    Counts counts,
    List<Finding> findings,
    long more,
    List<String> notices,
    @Nullable Checkpoint proven) {

  /** How many entries were read and hashed, and how many files of each sort. */
  public record Counts(
      long entries,
      long tiles,
      long bundles,
      long segments,
      long values,
      long checkpoints,
      long searched) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0);
  }

  public boolean verified() {
    return findings.isEmpty();
  }

  /** Whether only another copy tells a log that grew from one whose end was taken away. */
  public boolean mayHaveGrown() {
    return proven != null;
  }

  /** The finding about the first record that is wrong. */
  public Optional<Finding> firstRecord() {
    return findings.stream().filter(finding -> finding.first() != Finding.NO_RECORD).findFirst();
  }
}
