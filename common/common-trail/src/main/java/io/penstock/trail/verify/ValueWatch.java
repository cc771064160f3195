package io.penstock.trail.verify;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what stands beside the entries, in {@code values/{sha256}}. An entry names it by its hash
 * and is signed, so that none of it can be altered or taken away unseen.
 */
final class ValueWatch {
  private static final String FOLDER = "values/";
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** Entries that follow each other often name the same. */
  private static final int REMEMBERED = 1 << 14;

  private static final int TOLD_ONE_BY_ONE = 50;

  private final LogCopy copy;
  private final Findings findings;
  private final Right right = new Right();
  private long read;
  private long missing;
  private @Nullable More more;

  /** Hashes whose values were found as they have to be, the latest of them. */
  private static final class Right extends LinkedHashMap<String, Boolean> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
      return size() > REMEMBERED;
    }
  }

  ValueWatch(LogCopy copy, Findings findings) {
    this.copy = copy;
    this.findings = findings;
  }

  /** An entry that was signed. */
  void accept(long index, Entry entry) {
    if (copy.hasValues()) {
      entry.replaced().stream()
          .filter(hash -> !right.containsKey(hash))
          .sorted()
          .forEach(hash -> value(index, hash));
    }
  }

  /** How many were read. */
  long read() {
    return read;
  }

  private void value(long index, String hash) {
    if (!SHA256.matcher(hash).matches()) {
      altered(index, FOLDER, "names what stands beside it by no SHA-256");
      return;
    }
    String place = FOLDER + hash;
    Optional<byte[]> value;
    try {
      value = copy.read(place);
    } catch (IllegalArgumentException e) {
      altered(
          index,
          place,
          "has a part beside the log, %s, that cannot be read: %s"
              .formatted(shortly(hash), e.getMessage()));
      return;
    }
    if (value.isEmpty()) {
      missing(index, place, hash);
      return;
    }
    read++;
    if (Sha256.hex(value.get()).equals(hash)) {
      right.put(hash, true);
    } else {
      altered(
          index,
          place,
          "has a part beside the log, %s, that is not what was signed".formatted(shortly(hash)));
    }
  }

  /** A copy that was made while the log grew may lack thousands: those are not told one by one. */
  private void missing(long index, String place, String hash) {
    if (++missing <= TOLD_ONE_BY_ONE) {
      findings.add(
          Finding.growth(
              Problem.MISSING,
              index,
              index,
              place,
              "has a part beside the log, %s, that is not there".formatted(shortly(hash))));
    } else {
      more = more == null ? new More(index, index, place) : new More(more.first, index, more.place);
    }
  }

  /** Further missing ones. */
  private record More(long first, long last, String place) {}

  /** After the last entry. */
  void finish() {
    if (more != null) {
      findings.add(
          Finding.growth(
              Problem.MISSING,
              more.first,
              more.last,
              more.place,
              "have %,d parts beside the log that are not there either"
                  .formatted(missing - TOLD_ONE_BY_ONE)));
    }
  }

  /** Findings of one text become one: each value has its own. */
  private static String shortly(String hash) {
    return hash.substring(0, 16) + "…";
  }

  private void altered(long index, String place, String text) {
    findings.add(Finding.of(Problem.ALTERED, index, place, text));
  }
}
