package io.penstock.trail.verify;

import io.penstock.trail.Hash;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Follows the chain of segments beside the tree. It is given the leaves in order and holds those
 * only that the segment at hand needs.
 */
final class SegmentWalk implements TreeWatch {
  /** The log is ten seconds behind its segments, and copying takes its time. */
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  /** A segment that lost more lines than this counts as ended; what follows is missing. */
  private static final int WIDEST_GAP = 4096;

  private record Segment(long first, long end, String place, List<byte[]> lines) {}

  private final LogCopy copy;
  private final long size;
  private final Findings findings;
  private final List<String> notices;
  private final Deque<Hash> leaves = new ArrayDeque<>();
  private long firstLeaf;
  private long next;
  private long read;
  private @Nullable Segment current;

  SegmentWalk(LogCopy copy, long size, Findings findings, List<String> notices) {
    this.copy = copy;
    this.size = size;
    this.findings = findings;
    this.notices = notices;
    if (copy.hasSegments()) {
      open();
    }
  }

  @Override
  public void accept(List<Hash> more) {
    if (!copy.hasSegments()) {
      return;
    }
    leaves.addAll(more);
    if (current != null) {
      skipTo(current.first);
    }
    while (current != null && firstLeaf + leaves.size() >= Math.min(current.end, size)) {
      Segment segment = current;
      check(segment);
      next = segment.end;
      if (next >= size) {
        current = null;
      } else {
        open();
      }
    }
    if (current == null) {
      skipTo(firstLeaf + leaves.size());
    }
  }

  @Override
  public void finish() {
    if (copy.hasSegments()) {
      if (next < size) {
        missing(next, size);
      }
      waiting();
    }
  }

  long read() {
    return read;
  }

  private void open() {
    current = null;
    OptionalLong found = copy.segmentFrom(next);
    if (found.isEmpty() || found.getAsLong() >= size) {
      return;
    }
    long first = found.getAsLong();
    if (first > next) {
      missing(next, first);
    }
    current = segment(first);
  }

  private void missing(long from, long to) {
    findings.add(
        Finding.growth(
            Problem.MISSING, from, to - 1, place(from), "stand in no segment, though signed"));
  }

  private Segment segment(long first) {
    String place = place(first);
    List<byte[]> lines = lines(first, place);
    OptionalLong following = copy.segmentFrom(first + 1);
    long end = first + lines.size();
    if (following.isPresent() && following.getAsLong() <= end + WIDEST_GAP) {
      end = following.getAsLong();
    }
    return new Segment(first, Math.max(end, first + 1), place, lines);
  }

  static String place(long first) {
    return "segments/%020d".formatted(first);
  }

  private List<byte[]> lines(long first, String place) {
    Optional<byte[]> bytes = bytes(first, place);
    List<byte[]> lines = bytes.isEmpty() ? List.of() : split(bytes.get());
    read++;
    if (bytes.isPresent() && (bytes.get().length == 0 || !endsWithLine(bytes.get()))) {
      findings.add(
          Finding.of(
              Problem.ALTERED,
              first + lines.size(),
              place,
              "is not whole: the segment ends in it"));
    }
    return lines;
  }

  private Optional<byte[]> bytes(long first, String place) {
    try {
      return copy.read(place);
    } catch (IllegalArgumentException e) {
      findings.add(
          Finding.of(
              Problem.ALTERED, first, place, "stands in no readable segment: " + e.getMessage()));
      return Optional.empty();
    }
  }

  private static boolean endsWithLine(byte[] bytes) {
    return bytes[bytes.length - 1] == '\n';
  }

  static List<byte[]> split(byte[] bytes) {
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int at = 0; at < bytes.length; at++) {
      if (bytes[at] == '\n') {
        lines.add(Arrays.copyOfRange(bytes, start, at));
        start = at + 1;
      }
    }
    return lines;
  }

  private void check(Segment segment) {
    skipTo(segment.first);
    long end = Math.min(segment.end, size);
    List<Hash> expected = new ArrayList<>();
    while (firstLeaf < end) {
      expected.add(leaves.removeFirst());
      firstLeaf++;
    }
    List<byte[]> lines = new ArrayList<>(segment.lines);
    while (lines.size() > expected.size() && Entry.parse(lines.getLast()).index() >= size) {
      lines.removeLast(); // newer than the checkpoint
    }
    for (int at = 0; at < Math.min(lines.size(), expected.size()); at++) {
      if (expected.get(at).equals(LogWalk.UNKNOWN)) {
        expected.set(at, Hash.leaf(lines.get(at)));
      }
    }
    if (isOnlyTheBeginning(expected, lines)) {
      missing(segment.first + lines.size(), end); // cut off, or the segment behind it is not there
    } else {
      new RunCheck(segment.first, expected, lines, segment.place, findings).run();
    }
  }

  private static boolean isOnlyTheBeginning(List<Hash> expected, List<byte[]> lines) {
    if (lines.size() >= expected.size()) {
      return false;
    }
    for (int at = 0; at < lines.size(); at++) {
      if (!Hash.leaf(lines.get(at)).equals(expected.get(at))) {
        return false;
      }
    }
    return true;
  }

  private void skipTo(long index) {
    while (firstLeaf < index && !leaves.isEmpty()) {
      leaves.removeFirst();
      firstLeaf++;
    }
  }

  /** Records that no checkpoint covers yet are well, unless they have waited for long. */
  private void waiting() {
    OptionalLong first = copy.segmentFrom(size);
    if (first.isEmpty()) {
      return;
    }
    long last = first.getAsLong();
    for (OptionalLong later = first; later.isPresent(); later = copy.segmentFrom(last + 1)) {
      last = later.getAsLong();
    }
    List<byte[]> oldest = lines(first.getAsLong(), place(first.getAsLong()));
    List<byte[]> newest = lines(last, place(last));
    Instant from = oldest.isEmpty() ? null : Entry.parse(oldest.getFirst()).time();
    Instant to = newest.isEmpty() ? null : Entry.parse(newest.getLast()).time();
    if (from != null && to != null && Duration.between(from, to).compareTo(LONGEST_WAIT) > 0) {
      findings.add(
          Finding.growth(
              Problem.OLDER_CHECKPOINT,
              first.getAsLong(),
              last + newest.size() - 1,
              place(first.getAsLong()),
              "stand in segments since %s and under no checkpoint".formatted(from)));
    } else {
      notices.add(
          "%d records in segments are newer than the checkpoint"
              .formatted(last + newest.size() - size));
    }
  }
}
