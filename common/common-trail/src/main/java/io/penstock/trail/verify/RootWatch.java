package io.penstock.trail.verify;

import io.penstock.trail.Checkpoint;
import io.penstock.trail.Hash;
import io.penstock.trail.NoteKey;
import io.penstock.trail.SignedNote;
import io.penstock.trail.TreeEdge;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Compares the tree, while it grows leaf by leaf, with every checkpoint that was ever seen of it:
 * those that stand in the copy, and those that the reader kept.
 */
final class RootWatch implements TreeWatch {
  private final LogCopy copy;
  private final Checkpoint newest;
  private final Collection<NoteKey> keys;
  private final List<Checkpoint> known;
  private final Findings findings;
  private final long[] sizes;
  private int nextStored;
  private int nextKnown;
  private long lastKnown;
  private long lastSigned;
  private long compared;
  private boolean rewritten;
  private boolean contradicted;

  /**
   * @param known by the reader, ascending, of this log
   */
  RootWatch(
      LogCopy copy,
      Checkpoint newest,
      Collection<NoteKey> keys,
      List<Checkpoint> known,
      Findings findings) {
    this.copy = copy;
    this.newest = newest;
    this.keys = keys;
    this.known = known;
    this.findings = findings;
    this.sizes = copy.checkpointSizes();
  }

  @Override
  public void grown(TreeEdge edge) {
    while (nextKnown < known.size() && known.get(nextKnown).size() == edge.size()) {
      kept(known.get(nextKnown++), edge.root());
    }
    while (nextStored < sizes.length && sizes[nextStored] <= edge.size()) {
      stored(sizes[nextStored++], edge);
    }
  }

  private void kept(Checkpoint checkpoint, Hash root) {
    compared++;
    if (checkpoint.root().equals(root)) {
      lastKnown = checkpoint.size();
    } else if (!rewritten) {
      rewritten = true;
      findings.add(
          new Finding(
              Problem.REWRITTEN,
              lastKnown,
              checkpoint.size() - 1,
              "checkpoint",
              "hold at least one that is not what it was when you kept the checkpoint of %d records"
                  .formatted(checkpoint.size())));
    }
  }

  private void stored(long size, TreeEdge edge) {
    String place = "checkpoints/" + size;
    try {
      Optional<byte[]> bytes = copy.read(place);
      if (bytes.isEmpty()) {
        return;
      }
      compared++;
      SignedNote note = Notes.read(bytes.get());
      Checkpoint checkpoint = Checkpoint.parse(note.text());
      if (note.verifiedBy(keys).isEmpty()) {
        findings.add(
            Finding.general(Problem.SIGNATURE, place, "was not signed by a key that you gave"));
      } else if (!checkpoint.origin().equals(newest.origin()) || checkpoint.size() != size) {
        findings.add(Finding.general(Problem.FOREIGN_LOG, place, "is the checkpoint of another"));
      } else if (!checkpoint.root().equals(edge.root())) {
        contradict(size, place);
      } else {
        lastSigned = size;
      }
    } catch (IllegalArgumentException e) {
      findings.add(Finding.general(Problem.CHECKPOINT, place, String.valueOf(e.getMessage())));
    }
  }

  /** The tree of this size has another root than the one that was signed. */
  void contradict(long size, String place) {
    if (!contradicted) {
      contradicted = true;
      findings.add(
          new Finding(
              Problem.CHECKPOINT,
              lastSigned,
              size - 1,
              place,
              "hold at least one that is not what was signed"));
    }
  }

  long compared() {
    return compared;
  }
}
