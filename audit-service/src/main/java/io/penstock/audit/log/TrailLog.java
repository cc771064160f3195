package io.penstock.audit.log;

import io.penstock.audit.keep.SegmentStore;
import io.penstock.audit.keep.Trail;
import io.penstock.audit.keep.TrailObjects;
import io.penstock.trail.Checkpoint;
import io.penstock.trail.SignedNote;
import io.penstock.trail.TilePath;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the log of one trail. After an exception it is of no use any more: another one goes on
 * from what stands in the store. Not thread-safe.
 */
final class TrailLog {
  private static final Logger LOG = LoggerFactory.getLogger(TrailLog.class);

  /** What is held in memory until tiles are written: so much of a long backlog at a time. */
  private static final long MOST_ENTRIES = 1 << 14;

  private static final long MOST_BYTES = 16 << 20;

  private static final int MOST_LOST_RACES = 10;

  private final Trail trail;
  private final SegmentStore segments;
  private final LogObjects objects;
  private final LogKeys keys;
  private final DerivedLog log;
  private @Nullable Checkpoint distrusted;
  private final AtomicLong steps = new AtomicLong();
  private long written;
  private boolean lookAgain = true;

  TrailLog(Trail trail, SegmentStore segments, TrailObjects store, LogKeys keys) {
    this.trail = trail;
    this.segments = segments;
    this.objects = new LogObjects(store, trail);
    this.keys = keys;
    this.log = open();
    this.written = log.size();
    objects.findPartial(log.partial().keySet());
  }

  private DerivedLog open() {
    Optional<SignedNote> note = newest();
    if (note.isEmpty()) {
      return DerivedLog.anew(
          trail, parsed(objects.largest()).filter(keys::haveSigned).map(this::parsed).orElse(null));
    }
    Checkpoint checkpoint = parsed(note.get());
    if (!keys.haveSigned(note.get())) {
      LOG.error(
          "The checkpoint of trail {} is signed by none of our keys: its log is derived anew",
          trail);
      distrusted = checkpoint;
      return DerivedLog.anew(trail, checkpoint);
    }
    try {
      return DerivedLog.after(trail, checkpoint, objects.tiles());
    } catch (IllegalArgumentException e) {
      LOG.error("The log of trail {} is derived anew: {}", trail, e.getMessage());
      return DerivedLog.anew(trail, checkpoint);
    }
  }

  /** Grows while there is progress. Of any thread. */
  long steps() {
    return steps.get();
  }

  /**
   * Writes what has come since, if anything.
   *
   * @param known how many records are known to stand in segments
   */
  void turn(long known) {
    long stored = lookAgain ? sizeInStore(known) : written;
    if (log.size() < known) {
      while (log.size() < known) {
        take(known);
        publish(stored, known);
      }
    } else if (stored < written) {
      Checkpoint checkpoint = log.checkpoint(keys.originOf(trail));
      announce(checkpoint, keys.sign(checkpoint), stored, known);
    }
  }

  private void take(long known) {
    long entries = log.size() + MOST_ENTRIES;
    long bytes = 0;
    while (log.size() < known && log.size() < entries && bytes < MOST_BYTES) {
      long next = log.size();
      byte[] lines =
          segments
              .lines(trail, next)
              .orElseThrow(
                  () -> new LogContradiction(SegmentStore.key(trail, next) + " is missing"));
      log.append(lines);
      bytes += lines.length;
      steps.incrementAndGet();
    }
  }

  private void publish(long stored, long known) {
    Map<TilePath, byte[]> full = log.takeFull();
    objects.writeFull(full);
    steps.incrementAndGet();
    lookAgain = true;
    if (!log.isAsClaimed()) {
      return; // nothing is signed that may turn out to be another history
    }
    objects.writePartial(log.partial());
    Checkpoint checkpoint = log.checkpoint(keys.originOf(trail));
    SignedNote note = keys.sign(checkpoint);
    objects.writeCheckpoint(checkpoint, note);
    announce(checkpoint, note, stored, known);
    written = checkpoint.size();
    objects.removeSuperfluous(full.keySet());
  }

  /** Unless a larger one stands there, also one that another writer put there meanwhile. */
  private void announce(Checkpoint checkpoint, SignedNote note, long stored, long known) {
    long there = stored;
    for (int race = 0; race < MOST_LOST_RACES && checkpoint.size() >= there; race++) {
      if (objects.replaceNewest(note)) {
        break;
      }
      there = sizeInStore(known);
    }
    lookAgain = true; // whoever lost all races has another turn
  }

  /** What the newest checkpoint claims: another writer may be before us, or have fallen back. */
  private long sizeInStore(long known) {
    lookAgain = false;
    Optional<SignedNote> note = newest();
    if (note.isEmpty()) {
      return written == 0 ? 0 : -1;
    }
    Checkpoint stored = parsed(note.get());
    if (!keys.haveSigned(note.get()) && !stored.equals(distrusted)) {
      throw new LogContradiction("The checkpoint was replaced by one that we did not sign");
    }
    if (stored.size() == log.size() && !stored.equals(log.checkpoint(stored.origin()))) {
      throw new LogContradiction("Another root was signed for the size " + stored.size());
    }
    if (stored.size() > known) {
      if (segments.lines(trail, known).isEmpty()) {
        throw new LogContradiction(
            "The checkpoint is of %d records, the segments hold %d"
                .formatted(stored.size(), known));
      }
      lookAgain = true;
    }
    return stored.size();
  }

  private Optional<SignedNote> newest() {
    return parsed(objects.newest());
  }

  private Optional<SignedNote> parsed(Optional<String> text) {
    try {
      return text.map(SignedNote::parse);
    } catch (IllegalArgumentException e) {
      LOG.error("The checkpoint of trail {} cannot be read: {}", trail, e.getMessage());
      return Optional.empty();
    }
  }

  private Checkpoint parsed(SignedNote note) {
    @Nullable Checkpoint checkpoint = null;
    try {
      checkpoint = Checkpoint.parse(note.text());
    } catch (IllegalArgumentException e) {
      LOG.error("The checkpoint of trail {} cannot be read: {}", trail, e.getMessage());
    }
    if (checkpoint == null || !checkpoint.origin().equals(keys.originOf(trail))) {
      throw new LogContradiction("The checkpoint is of another log");
    }
    return checkpoint;
  }
}
