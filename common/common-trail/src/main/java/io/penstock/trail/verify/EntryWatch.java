package io.penstock.trail.verify;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the entries say, in the order of the log: a log can be signed in good form and still
 * hold a record twice, at the wrong place, or of a time that cannot be.
 */
final class EntryWatch {
  /** The writer knows the ids of so many days: an older record cannot have come by itself. */
  private static final Duration LATEST_ARRIVAL = Duration.ofDays(30);

  static final Duration CLOCKS_DIFFER = Duration.ofDays(1);
  private static final int MOST_SUSPECTS = 1000;

  /** After so many earlier records, none of them denied by another, the log is at their time. */
  private static final int CLOCK_CAME_BACK = 16;

  private final Instant latest;
  private final Findings findings;
  private final BiConsumer<Long, Entry> also;
  private final IdSet ids = new IdSet();
  private final Map<Long, UUID> suspects = new HashMap<>();
  private final List<Early> early = new ArrayList<>();
  private Instant newest = Instant.MIN;

  /** How far clocks that were ahead have come, as was said. */
  private Instant ahead = Instant.EPOCH;

  private @Nullable Instant toCome;

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

  /**
   * Times and ids come from the clocks of those who made the records. A clock that is ahead makes
   * times that are ahead, and after it was set back ids that still are: they never descend. That is
   * said once for each time that it happens. A record is back-dated that is earlier than the log
   * has come, when its id or those after it deny it.
   */
  private void time(long index, Entry entry, String place) {
    Instant time = entry.time();
    if (time == null) {
      return;
    }
    Instant made = Objects.requireNonNullElse(entry.idTime(), time);
    boolean idIsLater = time.isBefore(made.minus(RunCheck.CLOCK_STEP));
    if (time.isAfter(latest)) {
      ahead = later(ahead, later(time, made));
      toCome = toCome == null ? time : toCome;
      findings.add(
          Finding.of(
              Problem.TIME, index, place, "is of a time that is to come, such as " + toCome));
    } else if (idIsLater && isEarlier(time, RunCheck.CLOCK_STEP)) {
      early(
          new Early(
              index,
              place,
              time,
              made,
              "says %s, but its id was made at %s".formatted(time, made)));
    } else if (isEarlier(time, LATEST_ARRIVAL)) {
      early(
          new Early(
              index,
              place,
              time,
              made,
              "says %s and stands behind a record of %s".formatted(time, newest)));
    } else {
      if (idIsLater) {
        idAhead(index, place, time, made);
      }
      if (!isEarlier(time, RunCheck.CLOCK_STEP)) {
        backDated();
      }
      newest = later(newest, time);
    }
  }

  private boolean isEarlier(Instant time, Duration allowed) {
    return newest.isAfter(Instant.MIN) && time.isBefore(newest.minus(allowed));
  }

  /** The record stands where its time belongs: it is the id that is wrong. */
  private void idAhead(long index, String place, Instant time, Instant made) {
    if (made.isAfter(ahead.plus(RunCheck.CLOCK_STEP))) {
      ahead = made;
      findings.add(
          Finding.of(
              Problem.TIME,
              index,
              place,
              "says %s as those around it, but its id was made at %s: a clock was ahead"
                  .formatted(time, made)));
    }
  }

  private void early(Early record) {
    early.add(record);
    if (early.size() == CLOCK_CAME_BACK) {
      Early first = early.getFirst();
      findings.add(
          Finding.of(
              Problem.TIME,
              first.index(),
              first.place(),
              "and those that follow are of %s, those before of up to %s: a clock was ahead before, or all of them are back-dated"
                  .formatted(first.time(), newest)));
      ahead = later(ahead, newest);
      newest = Instant.MIN;
      for (Early each : early) {
        ahead = later(ahead, each.made());
        newest = later(newest, each.time());
      }
      early.clear();
    }
  }

  /** The log goes on where it was: what was earlier does not belong there. */
  private void backDated() {
    early.forEach(
        record ->
            findings.add(
                Finding.of(Problem.BACK_DATED, record.index(), record.place(), record.text())));
    early.clear();
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /**
   * A record that is earlier than the log has come.
   *
   * @param made by the clock of its id
   * @param text what is wrong with it, if the others are right
   */
  private record Early(long index, String place, Instant time, Instant made, String text) {}

  /**
   * Whether there are ids of records that may stand twice: who has them has to look once more.
   * Asked after the last entry, which decides about the times of those before it, too.
   */
  boolean hasSuspects() {
    backDated();
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
