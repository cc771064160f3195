package io.penstock.trail.verify;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Compares what the search shows with what the log says: of every record the log holds, eight bytes
 * of the hash over those members that both have.
 */
final class SearchCheck {
  private static final int CHUNK = 1 << 12;
  private static final String PLACE = "search";

  private final @Nullable SearchRows rows;
  private final Instant settled;
  private final Findings findings;
  private final Map<Long, long[]> kept = new HashMap<>();
  private long compared;
  private long lowest = Long.MAX_VALUE;

  /**
   * @param rows null when there is nothing to compare with
   * @param settled what is older stands in the log by now
   */
  SearchCheck(@Nullable SearchRows rows, Instant settled, Findings findings) {
    this.rows = rows;
    this.settled = settled;
    this.findings = findings;
  }

  /** A record that the log holds. */
  void entry(long index, Entry entry) {
    if (rows == null) {
      return;
    }
    Long project = rows.project();
    if (project == null || entry.record().path("projectId").asLong(-1) == project) {
      chunk(index)[(int) (index % CHUNK)] = RecordPrint.ofRecord(entry.record());
    }
  }

  /** Compares and answers how many rows there were. */
  long compare(long size, Notices notices) {
    if (rows != null) {
      rows.forEach(row -> row(row, size));
      leftOut(notices);
    }
    return compared;
  }

  private void row(JsonNode row, long size) {
    long index = row.path("logIndex").asLong(-1);
    if (index >= size) {
      return; // newer than the checkpoint
    }
    if (index < 0) {
      notInLog(row);
      return;
    }
    compared++;
    lowest = Math.min(lowest, index);
    long[] chunk = chunk(index);
    int at = (int) (index % CHUNK);
    long print = chunk[at];
    chunk[at] = 0;
    if (print == 0) {
      findings.add(
          Finding.of(Problem.SEARCH, index, PLACE, "is shown twice, or the log has it not"));
    } else if (!RecordPrint.fits(print, row)) {
      findings.add(
          Finding.of(Problem.SEARCH, index, PLACE, "is shown otherwise than the log has it"));
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

  /** The search may forget what is old; the log does not. */
  private void leftOut(Notices notices) {
    boolean forgetful = lowest != Long.MAX_VALUE;
    long[] forgotten = {0};
    new TreeMap<>(kept)
        .forEach(
            (number, chunk) -> {
              for (int at = 0; at < CHUNK; at++) {
                long index = number * CHUNK + at;
                if (chunk[at] != 0 && forgetful && index < lowest) {
                  forgotten[0]++;
                } else if (chunk[at] != 0) {
                  findings.add(
                      Finding.of(Problem.SEARCH, index, PLACE, "is left out by the search"));
                }
              }
            });
    if (forgotten[0] > 0) {
      notices.add(
          "the search shows nothing before record %d; the log has %d older ones"
              .formatted(lowest, forgotten[0]));
    }
  }

  private long[] chunk(long index) {
    return kept.computeIfAbsent(index / CHUNK, _ -> new long[CHUNK]);
  }

  /** Takes what is good to know. */
  @FunctionalInterface
  interface Notices {
    void add(String notice);
  }
}
