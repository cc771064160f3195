package io.penstock.audit.keep;

import static java.util.stream.Collectors.toSet;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends to one trail, by group commit without a thread of its own: whoever gets the lock waits
 * for the window, then writes for all who have come meanwhile; they find their records written when
 * they get the lock.
 */
final class TrailWriter {
  private static final Logger LOG = LoggerFactory.getLogger(TrailWriter.class);
  private static final int MOST_LOST_RACES = 100;

  private final Trail trail;
  private final SegmentStore segments;
  private final KeptIds ids;
  private final Projection projection;
  private final Grouping grouping;
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Pending> queue = new ConcurrentLinkedQueue<>();
  private boolean begun;
  private boolean followed;
  private volatile long size;

  TrailWriter(
      Trail trail, SegmentStore segments, KeptIds ids, Projection projection, Grouping grouping) {
    this.trail = trail;
    this.segments = segments;
    this.ids = ids;
    this.projection = projection;
    this.grouping = grouping;
  }

  /**
   * Returns when every record is durable and applied. After an exception some may be; appending
   * again does no harm.
   *
   * @return those that no entry can hold: they alone are not kept
   */
  Set<UUID> append(List<AuditRecord> records) {
    Pending mine = new Pending(records);
    queue.add(mine);
    takeTurn(mine);
    try {
      if (!mine.done && waiting() < grouping.records()) {
        LockSupport.parkNanos(grouping.window().toNanos());
      }
      while (!mine.done) {
        writeGroup();
      }
    } finally {
      lock.unlock();
    }
    if (mine.failure != null) {
      throw new PlatformException(
          ErrorCode.UNAVAILABLE, "Records of trail " + trail + " cannot be kept now", mine.failure);
    }
    return mine.unfit;
  }

  /** How many records of the trail are known to stand in it. */
  long size() {
    return size;
  }

  /** Applies what other writers have appended. */
  void follow() {
    if (!isLocked()) {
      return; // whoever writes for so long applies them, and there is a next time
    }
    try {
      for (List<Segment> ahead = ahead(); !ahead.isEmpty(); ahead = ahead()) {
        begun = true;
        ahead.forEach(this::apply);
      }
      requireTogether();
      requireNoneBehind();
      size = nextId();
    } finally {
      lock.unlock();
    }
  }

  private void takeTurn(Pending mine) {
    if (!isLocked()) {
      queue.remove(mine);
      throw new PlatformException(
          ErrorCode.UNAVAILABLE, "Trail " + trail + " has more records than it can keep now");
    }
  }

  private boolean isLocked() {
    try {
      return lock.tryLock(grouping.patience().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private int waiting() {
    return queue.stream().mapToInt(pending -> pending.records.size()).sum();
  }

  private void writeGroup() {
    List<Pending> group = new ArrayList<>();
    int size = 0;
    for (Pending next = queue.poll(); next != null; next = queue.poll()) {
      group.add(next);
      size += next.records.size();
      if (size >= grouping.records()) {
        break;
      }
    }
    @Nullable Throwable failure = null;
    Set<UUID> unfit = new HashSet<>();
    try {
      write(group.stream().flatMap(pending -> pending.records.stream()).toList(), unfit);
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    for (Pending pending : group) {
      pending.done = true;
      pending.failure = failure;
      pending.unfit =
          pending.records.stream().map(AuditRecord::id).filter(unfit::contains).collect(toSet());
    }
  }

  /**
   * @param unfit gets the ids of those that no entry can hold; all others are kept
   */
  private void write(List<AuditRecord> records, Set<UUID> unfit) {
    bringTogether();
    List<AuditRecord> missing = missing(records);
    for (int race = 0; !missing.isEmpty(); race++) {
      if (race == MOST_LOST_RACES) {
        throw new IllegalStateException("Lost " + race + " races for the next index in a row");
      }
      if (!begun) {
        segments.begin(trail);
        begun = true;
      }
      requireNoneBehind();
      Draft draft;
      try {
        draft = SegmentCodec.encode(new Segment(trail, nextId(), missing));
      } catch (UnfitRecords e) {
        LOG.error("Trail {}: {}", trail, e.getMessage(), e);
        unfit.addAll(e.reasons().keySet());
        missing = missing.stream().filter(record -> !unfit.contains(record.id())).toList();
        continue;
      }
      if (segments.write(draft)) {
        apply(draft.segment());
        return;
      }
      if (!applyNext()) {
        throw new IllegalStateException(
            "Segment %d could neither be written nor read".formatted(draft.segment().firstIndex()));
      }
      missing = missing(missing);
    }
  }

  /** Ids and projection have lost their memory apart from each other. */
  private void bringTogether() {
    while (nextId() != projection.next(trail)) {
      if (!applyNext()) {
        requireTogether();
      }
    }
  }

  /**
   * That a segment is not there means that the trail ends here, unless later ones are: nothing may
   * be written in its place. Asked until the end was seen: from there on nothing is passed over.
   */
  private void requireNoneBehind() {
    if (!followed) {
      OptionalLong there = segments.firstFrom(trail, nextId());
      if (there.isPresent() && there.getAsLong() > nextId()) {
        throw new IllegalStateException(
            "Trail %s has a gap: there is no segment %d, and one %d"
                .formatted(trail, nextId(), there.getAsLong()));
      }
      followed = there.isEmpty();
    }
  }

  private void requireTogether() {
    if (nextId() != projection.next(trail)) {
      throw new IllegalStateException(
          "Trail %s has a gap: there is no segment %d"
              .formatted(trail, Math.min(nextId(), projection.next(trail))));
    }
  }

  private long nextId() {
    OptionalLong next = ids.next(trail);
    if (next.isEmpty()) {
      ids.begin(trail, segments.firstSince(trail, ids.since()));
    }
    return ids.next(trail).orElseThrow();
  }

  /** What is durable and not applied: the next portion of it. */
  private List<Segment> ahead() {
    return segments.ahead(trail, Math.min(nextId(), projection.next(trail)));
  }

  private boolean applyNext() {
    long next = Math.min(nextId(), projection.next(trail));
    Optional<Segment> segment = segments.read(trail, next);
    segment.ifPresent(this::apply);
    return segment.isPresent();
  }

  private void apply(Segment segment) {
    if (segment.firstIndex() == nextId()) {
      ids.apply(segment);
    }
    if (segment.firstIndex() == projection.next(trail)) {
      projection.apply(segment);
    }
    size = Math.max(size, segment.next());
  }

  private List<AuditRecord> missing(Collection<AuditRecord> records) {
    Map<UUID, AuditRecord> missing = new LinkedHashMap<>();
    for (AuditRecord record : records) {
      if (!ids.contains(record.id())) {
        missing.putIfAbsent(record.id(), record);
      }
    }
    return List.copyOf(missing.values());
  }

  /** One caller's records; its flags are guarded by the lock. */
  private static final class Pending {
    final List<AuditRecord> records;
    boolean done;
    @Nullable Throwable failure;
    Set<UUID> unfit = Set.of();

    Pending(List<AuditRecord> records) {
      this.records = records;
    }
  }
}
