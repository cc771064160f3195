package io.penstock.trail.verify;

import io.penstock.trail.Hash;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
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

  /** Members of a row, and where the record has them. */
  private static final Map<String, String> MEMBERS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("uuid", "/id"),
              Map.entry("event", "/operation"),
              Map.entry("component", "/component"),
              Map.entry("configurationId", "/configurationId"),
              Map.entry("message", "/message"),
              Map.entry("type", "/type"),
              Map.entry("runId", "/runId"),
              Map.entry("created", "/time"),
              Map.entry("objectId", "/object/id"),
              Map.entry("objectName", "/object/name"),
              Map.entry("objectType", "/object/type"),
              Map.entry("outcome", "/outcome"),
              Map.entry("status", "/status")));

  private static final DateTimeFormatter ROW_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss[.SSSSSSSSS][.SSSSSS][.SSS][XXX][xx]");

  private final @Nullable SearchRows rows;
  private final Findings findings;
  private final Map<Long, long[]> kept = new HashMap<>();
  private long compared;

  /**
   * @param rows null when there is nothing to compare with
   */
  SearchCheck(@Nullable SearchRows rows, Findings findings) {
    this.rows = rows;
    this.findings = findings;
  }

  /** A record that the log holds. */
  void entry(long index, Entry entry) {
    if (rows == null) {
      return;
    }
    Long project = rows.project();
    if (project == null || entry.record().path("projectId").asLong(-1) == project) {
      chunk(index)[(int) (index % CHUNK)] = fingerprint(entry.record(), true);
    }
  }

  /** Compares and answers how many rows there were. */
  long compare(long size) {
    if (rows != null) {
      rows.forEach(row -> row(row, size));
      leftOut();
    }
    return compared;
  }

  private void row(JsonNode row, long size) {
    long index = row.path("logIndex").asLong(-1);
    if (index >= size) {
      return; // newer than the checkpoint
    }
    compared++;
    if (index < 0) {
      findings.add(
          Finding.general(
              Problem.SEARCH, PLACE, "shows record %s without a place in the log".formatted(row.path("uuid").asString(""))));
      return;
    }
    long[] chunk = chunk(index);
    int at = (int) (index % CHUNK);
    long value = chunk[at];
    chunk[at] = 0;
    if (value == 0) {
      findings.add(
          Finding.of(Problem.SEARCH, index, PLACE, "is shown twice, or the log has it not"));
    } else if (value != fingerprint(row, false)) {
      findings.add(
          Finding.of(Problem.SEARCH, index, PLACE, "is shown otherwise than the log has it"));
    }
  }

  private void leftOut() {
    new TreeMap<>(kept)
        .forEach(
            (number, chunk) -> {
              for (int at = 0; at < CHUNK; at++) {
                if (chunk[at] != 0) {
                  findings.add(
                      Finding.of(
                          Problem.SEARCH, number * CHUNK + at, PLACE, "is left out by the search"));
                }
              }
            });
  }

  private long[] chunk(long index) {
    return kept.computeIfAbsent(index / CHUNK, _ -> new long[CHUNK]);
  }

  private static long fingerprint(JsonNode node, boolean isRecord) {
    StringBuilder text = new StringBuilder();
    MEMBERS.forEach(
        (member, pointer) -> {
          JsonNode value = isRecord ? node.at(pointer) : node.path(member);
          text.append(member.equals("created") ? second(value.asString("")) : plain(value));
          text.append('\n');
        });
    long hash =
        ByteBuffer.wrap(Hash.leaf(text.toString().getBytes(StandardCharsets.UTF_8)).bytes())
            .getLong();
    return hash == 0 ? 1 : hash;
  }

  /** Both tell times, the search to the second. */
  private static String second(String text) {
    try {
      Instant time =
          text.endsWith("Z") ? Instant.parse(text) : OffsetDateTime.parse(text, ROW_TIME).toInstant();
      return time.truncatedTo(ChronoUnit.SECONDS).toString();
    } catch (DateTimeException _) {
      return text;
    }
  }

  /** What is not there, null, empty and 0 are one; a number is as good as its text. */
  private static String plain(JsonNode value) {
    if (value.isNumber()) {
      BigDecimal number = value.decimalValue();
      return number.signum() == 0 ? "" : number.stripTrailingZeros().toPlainString();
    }
    return value.isString() || value.isBoolean() ? value.asString("") : "";
  }
}
