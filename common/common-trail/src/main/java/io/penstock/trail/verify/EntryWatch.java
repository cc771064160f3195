package io.penstock.trail.verify;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * Reads what the entries say, in the order of the log: a log can be signed in good form and still
 * hold a record twice, at the wrong place, or of a time that cannot be.
 */
final class EntryWatch {
  /** The writer knows the ids of so many days: an older record cannot have come by itself. */
  private static final Duration LATEST_ARRIVAL = Duration.ofDays(30);

  private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);
  private static final int MOST_SUSPECTS = 1000;

  private final Instant latest;
  private final Findings findings;
  private final BiConsumer<Long, Entry> also;
  private final IdSet ids = new IdSet();
  private final Map<Long, UUID> suspects = new HashMap<>();
  private Instant newest = Instant.MIN;

  /**
   * @param also is told of every entry that could be read
   */
  EntryWatch(Clock clock, Findings findings, BiConsumer<Long, Entry> also) {
    this.latest = clock.instant().plus(CLOCKS_DIFFER);
    this.findings = findings;
    this.also = also;
  }

  /** An entry whose hash is the one that was signed for this place. */
  void accept(long index, byte[] bytes, String place) {
    Entry entry = Entry.parse(bytes);
    if (entry.index() != index) {
      findings.add(
          entry.index() == Entry.UNREADABLE
              ? Finding.of(Problem.ALTERED, index, place, "is not a record, though it was signed")
              : Finding.of(
                  Problem.OUT_OF_ORDER,
                  entry.index(),
                  place,
                  "was signed at the place of record " + index));
    }
    if (entry.id() != null && !ids.add(entry.id()) && suspects.size() < MOST_SUSPECTS) {
      suspects.put(index, entry.id());
    }
    time(index, entry, place);
    also.accept(index, entry);
  }

  private void time(long index, Entry entry, String place) {
    Instant time = entry.time();
    if (time == null) {
      return;
    }
    Instant made = entry.idTime();
    if (made != null && time.isBefore(made.minus(RunCheck.CLOCK_STEP))) {
      findings.add(
          Finding.of(
              Problem.BACK_DATED,
              index,
              place,
              "says %s, but its id was made at %s".formatted(time, made)));
    } else if (newest.isAfter(Instant.MIN) && time.isBefore(newest.minus(LATEST_ARRIVAL))) {
      findings.add(
          Finding.of(
              Problem.BACK_DATED,
              index,
              place,
              "says %s and stands behind a record of %s".formatted(time, newest)));
    } else if (time.isAfter(latest)) {
      findings.add(Finding.of(Problem.TIME, index, place, "says " + time + ", which is to come"));
    } else if (time.isAfter(newest)) {
      newest = time;
    }
  }

  /** The ids of records that may stand twice: who has them has to look once more. */
  boolean hasSuspects() {
    return !suspects.isEmpty();
  }

  /**
   * Looks a second time: told of all records again, in their order, it knows who is there twice.
   */
  SecondLook secondLook() {
    return new SecondLook();
  }

  /** Compares the ids themselves. */
  final class SecondLook {
    private final Set<UUID> wanted = new HashSet<>(suspects.values());
    private final Map<UUID, Long> seen = new HashMap<>();

    void accept(long index, byte[] bytes, String place) {
      UUID id = Entry.parse(bytes).id();
      if (id != null && wanted.contains(id)) {
        Long before = seen.putIfAbsent(id, index);
        if (before != null) {
          findings.add(
              Finding.of(
                  Problem.DUPLICATED, index, place, "is record " + before + " again, id " + id));
        }
      }
    }
  }
}
