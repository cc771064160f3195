package io.penstock.trail.verify;

import io.penstock.trail.Checkpoint;
import io.penstock.trail.EntryBundle;
import io.penstock.trail.Hash;
import io.penstock.trail.NoteKey;
import io.penstock.trail.SignedNote;
import io.penstock.trail.TilePath;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a copy may lack because the log grew while it was copied, file by file, from what it
 * cannot lack for that reason.
 *
 * <p>A file of a log is there at the time it is copied, or it is not; what it says never changes.
 * So growth explains files that are absent from the end of a log, and a checkpoint that is older
 * than other files. It explains nothing that is otherwise than it was signed, nothing that was
 * whole under a checkpoint that the reader kept before, and nothing that is older than a copy can
 * last. Somebody who takes files from the end leaves the same traces: only another copy decides.
 */
final class Growth {
  private static final Duration LONGEST_COPY = Duration.ofDays(1);

  private final LogCopy copy;
  private final Checkpoint checkpoint;
  private final Collection<NoteKey> keys;
  private final long kept;
  private final long[] sizes;

  /**
   * @param checkpoint the one that stands in the copy
   * @param kept the largest size of those that the reader had kept; 0: none
   */
  Growth(LogCopy copy, Checkpoint checkpoint, Collection<NoteKey> keys, long kept) {
    this.copy = copy;
    this.checkpoint = checkpoint;
    this.keys = keys;
    this.kept = kept;
    this.sizes = copy.checkpointSizes();
  }

  /** Whether the log may lead up to a checkpoint that is not the newest. */
  boolean isPossible(Findings findings) {
    return copy.isCopied()
        && !findings.isEmpty()
        && findings.all(found -> found.problem() == Problem.SEARCH || explains(found));
  }

  /** Whether the finding is no contradiction to the first records being proven. */
  boolean explains(Finding found, long proven) {
    return found.problem() == Problem.SEARCH ? found.first() >= proven : explains(found);
  }

  private boolean explains(Finding found) {
    return found.mayBeGrowth() && (found.problem() == Problem.OLDER_CHECKPOINT || !wasWhole(found));
  }

  /** Segments stay for ever; a tile's place is empty for a moment while it becomes full. */
  private boolean wasWhole(Finding found) {
    return endOfFirstFile(found) <= kept;
  }

  private static long endOfFirstFile(Finding found) {
    return TilePath.parse(found.place())
        .map(tile -> found.first() + (1L << (8 * (Math.max(tile.level(), 0) + 1))))
        .orElse(found.first() + 1);
  }

  /** The largest checkpoint below what is missing; that of no records when there is none. */
  Checkpoint lastBelow(Findings findings) {
    OptionalLong segment = firstMissing(findings, false);
    OptionalLong bundle = firstMissing(findings, true);
    if (segment.isEmpty() && bundle.isEmpty()) {
      return checkpoint;
    }
    long[] below =
        LongStream.of(sizes)
            .filter(size -> size <= checkpoint.size())
            .filter(size -> segment.isEmpty() || size <= segment.getAsLong())
            .filter(size -> isBundled(size, bundle.orElse(checkpoint.size())))
            .toArray();
    for (int at = below.length - 1; at >= 0; at--) {
      Optional<Checkpoint> signed = signed(below[at]);
      if (signed.isPresent()) {
        return signed.get();
      }
    }
    return new Checkpoint(checkpoint.origin(), 0, Hash.EMPTY_ROOT);
  }

  private static OptionalLong firstMissing(Findings findings, boolean bundles) {
    return findings.list().stream()
        .filter(found -> found.problem() == Problem.MISSING)
        .filter(found -> found.place().startsWith("tile/") == bundles)
        .mapToLong(Finding::first)
        .min();
  }

  /** The bundle that was not full is gone when the full one came, and may be there before. */
  private boolean isBundled(long size, long missing) {
    if (size > missing + TilePath.FULL || size == 0) {
      return size == 0;
    }
    long index = (size - 1) / TilePath.FULL;
    int width = (int) (size - index * TilePath.FULL);
    boolean full = size <= missing && index < checkpoint.size() / TilePath.FULL;
    return full || stands(TilePath.entries(index, width));
  }

  private boolean stands(String path) {
    try {
      return copy.read(path).isPresent();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private Optional<Checkpoint> signed(long size) {
    try {
      return copy.read("checkpoints/" + size)
          .map(Notes::read)
          .filter(note -> !note.verifiedBy(keys).isEmpty())
          .map(SignedNote::text)
          .map(Checkpoint::parse)
          .filter(read -> read.size() == size && read.origin().equals(checkpoint.origin()));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * Whether all that is missing can have come during one copy. A log may have rested before, and
   * its last tiles may have been begun long before.
   *
   * @param before when a record was made that is older than all that is missing; null: not known
   * @param to when the last one was made that was read; null: not known
   */
  boolean isRecent(Findings findings, @Nullable Instant before, @Nullable Instant to) {
    Instant from = oldest(findings).orElse(before);
    Instant newest = to;
    for (byte[] entry : newestEntries()) {
      Instant time = Entry.parse(entry).time();
      newest = newest == null || (time != null && time.isAfter(newest)) ? time : newest;
    }
    return from == null
        || newest == null
        || Duration.between(from, newest).compareTo(LONGEST_COPY) <= 0;
  }

  /** When the oldest of what is missing was written; empty when that cannot be told of all. */
  private Optional<Instant> oldest(Findings findings) {
    List<Optional<Instant>> times =
        findings.list().stream()
            .filter(found -> found.first() != Finding.NO_RECORD)
            .filter(found -> found.problem() != Problem.SEARCH)
            .map(found -> time(lastOfFirstFile(found)))
            .toList();
    return times.stream().allMatch(Optional::isPresent)
        ? times.stream().flatMap(Optional::stream).min(Comparator.naturalOrder())
        : Optional.empty();
  }

  /** A tile is written anew with each of its records, anything else with the first. */
  private static long lastOfFirstFile(Finding found) {
    return TilePath.parse(found.place()).isPresent()
        ? Math.min(found.last(), endOfFirstFile(found) - 1)
        : found.first();
  }

  /** When a record says that it was made, in its bundle or in its segment: the earlier time. */
  private Optional<Instant> time(long index) {
    long bundle = index / TilePath.FULL;
    Stream<String> bundles =
        LongStream.concat(LongStream.of(sizes), LongStream.of(checkpoint.size(), Long.MAX_VALUE))
            .filter(size -> size > index)
            .map(size -> Math.min(TilePath.FULL, size - bundle * TilePath.FULL))
            .distinct()
            .mapToObj(width -> TilePath.entries(bundle, (int) width));
    Stream<byte[]> ofSegment =
        segmentOf(index).stream()
            .mapToObj(SegmentWalk::place)
            .flatMap(place -> entries(place, SegmentWalk::split));
    return Stream.concat(ofSegment, bundles.flatMap(place -> entries(place, EntryBundle::decode)))
        .map(Entry::parse)
        .filter(entry -> entry.index() == index)
        .map(Entry::time)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder());
  }

  /** The last segment that begins at the record or before it. */
  private OptionalLong segmentOf(long index) {
    OptionalLong found = OptionalLong.empty();
    for (OptionalLong next = copy.segmentFrom(0);
        next.isPresent() && next.getAsLong() <= index;
        next = copy.segmentFrom(next.getAsLong() + 1)) {
      found = next;
    }
    return found;
  }

  private Stream<byte[]> entries(String place, Function<byte[], List<byte[]>> reading) {
    try {
      return copy.read(place).map(reading).stream().flatMap(List::stream);
    } catch (IllegalArgumentException _) {
      return Stream.empty(); // what cannot be read tells no time
    }
  }

  /** The last entries of the last segment and of the last bundle that belong to the log. */
  private List<byte[]> newestEntries() {
    List<byte[]> newest = new ArrayList<>();
    OptionalLong segment = OptionalLong.empty();
    for (OptionalLong next = copy.segmentFrom(0);
        next.isPresent();
        next = copy.segmentFrom(next.getAsLong() + 1)) {
      segment = next;
    }
    if (segment.isPresent()) {
      entries(SegmentWalk.place(segment.getAsLong()), SegmentWalk::split)
          .reduce((_, last) -> last)
          .ifPresent(newest::add);
    }
    long size = LongStream.of(sizes).max().orElse(0);
    if (size > checkpoint.size()) {
      long index = (size - 1) / TilePath.FULL;
      int width = (int) (size - index * TilePath.FULL);
      entries(TilePath.entries(index, width), EntryBundle::decode)
          .reduce((_, last) -> last)
          .ifPresent(newest::add);
    }
    return newest;
  }
}
