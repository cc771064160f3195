package io.penstock.trail.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Compares what the search shows with what the log says: of every record the log holds, eight bytes
 * of the hash over those members that both have.
 *
 * <p>The search may forget what is old: by the records' time where an organisation says how long
 * they are found, by the months of their ids where the index drops some. Either way everything is
 * shown from some moment on, and what is shown tells that this moment was not later.
 */
final class SearchCheck {
  /** A record stands in the log seconds after it was made, or after an outage. */
  private static final Duration SETTLED = Duration.ofHours(1);

  /** The search finds a record seconds after it was kept. */
  private static final Duration FOUND = Duration.ofMinutes(2);

  private static final int CHUNK = 1 << 12;
  private static final String PLACE = "search";

  /** So many records more than the log had may have come while the search was asked. */
  private static final long MOST_NEWER = 10_000_000;

  private final @Nullable SearchRows rows;
  private final Instant settled;
  private final Instant begun;
  private final Findings findings;
  private final Map<Long, Chunk> kept = new TreeMap<>();
  private long compared;
  private long shown;
  private long horizon = Long.MAX_VALUE;
  private long newest = Long.MIN_VALUE;
  private boolean again;

  /** Records in the order of the log: what they say, and when they were made. */
  private static final class Chunk {
    /** 0: none, or shown. */
    final long[] prints = new long[CHUNK];

    /** The earlier of the record's time and that of its id, in milliseconds. */
    final long[] earlier = new long[CHUNK];

    final long[] later = new long[CHUNK];
  }

  /**
   * @param rows null when there is nothing to compare with
   * @param begun when the log was begun to be read
   */
  SearchCheck(@Nullable SearchRows rows, Instant begun, Findings findings) {
    this.rows = rows;
    this.settled = begun.minus(SETTLED);
    this.begun = begun;
    this.findings = findings;
  }

  /** A record that the log holds. */
  void entry(long index, Entry entry) {
    if (rows == null) {
      return;
    }
    Long project = rows.project();
    if (project == null || entry.record().path("projectId").asLong(-1) == project) {
      Chunk chunk = chunk(index);
      int at = (int) (index % CHUNK);
      chunk.prints[at] = RecordPrint.ofRecord(entry.record(), entry.replaced());
      long time = millis(entry.time(), Long.MAX_VALUE);
      long made = millis(entry.idTime(), time);
      chunk.earlier[at] = Math.min(time, made);
      chunk.later[at] = Math.max(time, made);
      newest = entry.time() == null ? newest : Math.max(newest, time);
    }
  }

  /** Compares and answers how many rows there were. */
  long compare(long size, Notices notices) {
    if (rows != null) {
      rows.forEach(row -> row(row, size));
      if (leavesOut() && rows.awaitNewer()) {
        again = true;
        shown = 0;
        rows.forEach(row -> row(row, size));
      }
      leftOut(notices);
    }
    return compared;
  }

  private void row(JsonNode row, long size) {
    if (++shown > 2 * size + MOST_NEWER) {
      throw new UncheckedIOException(
          new IOException("the search shows more than a log of %,d records has".formatted(size)));
    }
    long index = row.path("logIndex").asLong(-1);
    if (index < 0 || index >= size) {
      beyond(row);
    }
    if (index >= size) {
      return; // newer than the checkpoint
    }
    if (index < 0) {
      if (!again) {
        notInLog(row);
      }
      return;
    }
    Chunk chunk = chunk(index);
    int at = (int) (index % CHUNK);
    if (again && chunk.prints[at] == 0) {
      return; // it was shown the first time
    }
    compared++;
    long print = chunk.prints[at];
    chunk.prints[at] = 0;
    if (print == 0) {
      findings.add(
          Finding.of(Problem.SEARCH, index, PLACE, "is shown twice, or the log has it not"));
    } else {
      horizon = Math.min(horizon, chunk.later[at]);
      if (!RecordPrint.fits(print, row)) {
        findings.add(
            Finding.of(Problem.SEARCH, index, PLACE, "is shown otherwise than the log has it"));
      }
    }
  }

  /** A row shows how far back the search goes, also when the log cannot tell when it was made. */
  private void beyond(JsonNode row) {
    Instant time = RecordPrint.time(row.path("created").asString(""));
    if (time != null) {
      Instant made = Entry.idTime(Entry.id(row.path("uuid").asString("")));
      Instant whole = time.plusMillis(999); // shown to the second
      horizon = Math.min(horizon, Math.max(whole.toEpochMilli(), millis(made, 0)));
    }
  }

  /** What has just happened is found before it stands in the log. */
  private void notInLog(JsonNode row) {
    Instant time = RecordPrint.time(row.path("created").asString(""));
    if (time == null || time.isBefore(settled)) {
      findings.add(
          Finding.general(
              Problem.SEARCH,
              PLACE,
              "shows record %s, which has no place in the log"
                  .formatted(row.path("uuid").asString(""))));
    }
  }

  private boolean leavesOut() {
    return kept.values().stream()
        .anyMatch(
            chunk ->
                IntStream.range(0, CHUNK)
                    .anyMatch(at -> chunk.prints[at] != 0 && !isForgotten(chunk.earlier[at])));
  }

  /** The search may forget what is old, and has yet to find what is new; the log has both. */
  private void leftOut(Notices notices) {
    long forgotten = 0;
    long yetToBeFound = 0;
    for (Map.Entry<Long, Chunk> entry : kept.entrySet()) {
      Chunk chunk = entry.getValue();
      for (int at = 0; at < CHUNK; at++) {
        if (chunk.prints[at] != 0 && isForgotten(chunk.earlier[at])) {
          forgotten++;
        } else if (chunk.prints[at] != 0 && isNew(chunk.earlier[at])) {
          yetToBeFound++;
        } else if (chunk.prints[at] != 0) {
          long index = entry.getKey() * CHUNK + at;
          findings.add(Finding.of(Problem.SEARCH, index, PLACE, "is left out by the search"));
        }
      }
    }
    if (yetToBeFound > 0) {
      notices.add(
          "the search did not show %d of the newest records yet: verify again later"
              .formatted(yetToBeFound));
    }
    if (forgotten > 0) {
      notices.add(
          "the search shows nothing before %s; the log has %d older records"
              .formatted(Instant.ofEpochMilli(horizon), forgotten));
    }
  }

  /** A search that shows nothing says nothing of how far it goes back. */
  private boolean isForgotten(long earlier) {
    return horizon != Long.MAX_VALUE && earlier <= horizon;
  }

  /** A clock may be ahead, and whoever checks a file may do so long after it was made. */
  private boolean isNew(long made) {
    long end = again ? begun.toEpochMilli() : Math.min(begun.toEpochMilli(), newest);
    return made > end - FOUND.toMillis()
        && made < begun.plus(EntryWatch.CLOCKS_DIFFER).toEpochMilli();
  }

  private static long millis(@Nullable Instant time, long unknown) {
    return time == null ? unknown : time.toEpochMilli();
  }

  private Chunk chunk(long index) {
    return kept.computeIfAbsent(index / CHUNK, _ -> new Chunk());
  }

  /** Takes what is good to know. */
  @FunctionalInterface
  interface Notices {
    void add(String notice);
  }
}
