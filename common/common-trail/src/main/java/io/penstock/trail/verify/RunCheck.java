package io.penstock.trail.verify;

import io.penstock.trail.Hash;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells what happened to a run of entries, a bundle or a segment, whose hashes are not those that
 * the log has signed: which are gone, changed, moved or there twice.
 */
final class RunCheck {
  /** A clock that was set back explains so much between a record's id and its time. */
  static final Duration CLOCK_STEP = Duration.ofMinutes(10);

  private final long first;
  private final List<Hash> expected;
  private final List<byte[]> found;
  private final String place;
  private final Findings findings;

  private final Hash[] hashes;
  private final Entry[] entries;
  private final long[] indexes;
  private final Map<Hash, Integer> rightPlaces = new HashMap<>();

  /**
   * @param first the index of the first record of the run
   * @param expected the hashes of the records that have to be there
   * @param found the entries that are there
   */
  RunCheck(long first, List<Hash> expected, List<byte[]> found, String place, Findings findings) {
    this.first = first;
    this.expected = expected;
    this.found = found;
    this.place = place;
    this.findings = findings;
    hashes = new Hash[found.size()];
    entries = new Entry[found.size()];
    indexes = new long[found.size()];
  }

  /** True when all is as it has to be. */
  boolean run() {
    boolean same = found.size() == expected.size();
    for (int at = 0; at < found.size(); at++) {
      hashes[at] = Hash.leaf(found.get(at));
      same = same && hashes[at].equals(expected.get(at));
    }
    if (!same) {
      explain();
    }
    return same;
  }

  private void explain() {
    for (int at = 0; at < expected.size(); at++) {
      rightPlaces.putIfAbsent(expected.get(at), at);
    }
    for (int at = 0; at < found.size(); at++) {
      entries[at] = Entry.parse(found.get(at));
      boolean readable = entries[at].index() != Entry.UNREADABLE;
      indexes[at] = readable ? entries[at].index() : first + at;
    }
    goneOrChanged();
    thereTwice();
  }

  private void goneOrChanged() {
    Set<Hash> present = new HashSet<>(List.of(hashes));
    Map<Long, Entry> claims = new HashMap<>();
    for (int at = 0; at < found.size(); at++) {
      if (!rightPlaces.containsKey(hashes[at])) {
        claims.putIfAbsent(indexes[at], entries[at]);
      }
    }
    for (int at = 0; at < expected.size(); at++) {
      if (!present.contains(expected.get(at))) {
        Entry claim = claims.get(first + at);
        findings.add(
            claim == null
                ? Finding.of(Problem.MISSING, first + at, place, "was signed and is not there")
                : changed(first + at, claim));
      }
    }
  }

  private Finding changed(long record, Entry entry) {
    Instant made = entry.idTime();
    Instant time = entry.time();
    if (made != null && time != null && time.isBefore(made.minus(CLOCK_STEP))) {
      return Finding.of(
          Problem.BACK_DATED,
          record,
          place,
          "says %s, but its id was made at %s, and it is not what was signed"
              .formatted(time, made));
    }
    return Finding.of(Problem.ALTERED, record, place, "is not what was signed");
  }

  private void thereTwice() {
    Set<Hash> before = new HashSet<>();
    Set<Long> claimed = new HashSet<>();
    for (int at = 0; at < found.size(); at++) {
      boolean known = !before.add(hashes[at]);
      boolean claimedBefore = !claimed.add(indexes[at]);
      if (known || claimedBefore) {
        findings.add(Finding.of(Problem.DUPLICATED, indexes[at], place, "stands there again"));
      } else if (isMoved(at)) {
        findings.add(
            Finding.of(
                Problem.OUT_OF_ORDER,
                indexes[at],
                place,
                "stands at the place of record " + (first + at)));
      }
    }
  }

  /** After a gap or an insertion all the rest has moved: then only what breaks the order counts. */
  private boolean isMoved(int at) {
    boolean foreign = indexes[at] < first || indexes[at] >= first + expected.size();
    if (foreign) {
      return true;
    }
    if (found.size() == expected.size()) {
      Integer right = rightPlaces.get(hashes[at]);
      return right != null && right != at;
    }
    return at > 0 && indexes[at] < indexes[at - 1];
  }
}
