package io.penstock.trail.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.trail.CanonicalJson;
import io.penstock.trail.http.SearchExport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class SearchCheckTest {
  @TempDir private Path folder;
  private TestLog log;
  private final List<Map<String, Object>> rows = new ArrayList<>();

  @BeforeEach
  void begin() {
    log = TestLog.of(folder.resolve("log"), 300);
    for (int i = 0; i < 300; i++) {
      rows.add(row(i));
    }
    Collections.reverse(rows);
  }

  /** As the export shows a record. */
  public static Map<String, Object> row(int index) {
    Map<String, Object> record = TestLog.record(index);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", null);
    row.put("kind", "call");
    row.put("uuid", record.get("id"));
    row.put("event", record.get("operation"));
    row.put("message", record.get("message"));
    row.put("created", TestLog.BEGIN.plusSeconds(index).toString().replace("Z", "+0000"));
    row.put("outcome", "allowed");
    row.put("params", record.getOrDefault("params", Map.of()));
    row.put("status", 200);
    row.put("objectId", null);
    row.put("logIndex", index);
    return row;
  }

  private Tuple[] compare(@Nullable Long project) throws IOException {
    return found(verify(project, Duration.ofHours(1)));
  }

  /** What is verified so long after the last record was made. */
  private Verification verify(@Nullable Long project, Duration after) throws IOException {
    Path export = folder.resolve("export.jsonl");
    Files.write(export, rows.stream().map(Json::write).toList());
    return log.verifier(after).comparing(SearchExport.of(export, project)).verify();
  }

  private static Tuple[] found(Verification result) {
    return result.findings().stream()
        .map(found -> Tuple.tuple(found.problem(), found.first(), found.last()))
        .toArray(Tuple[]::new);
  }

  private static int index(Map<String, Object> row) {
    return row.get("logIndex") instanceof Integer index ? index : -1;
  }

  private Map<String, Object> shown(int index) {
    return rows.get(299 - index);
  }

  @Test
  void searchThatShowsWhatTheLogSaysIsRight() throws IOException {
    assertThat(compare(null)).isEmpty();
  }

  @Test
  void rowsOfOneProjectAreComparedWithItsRecords() throws IOException {
    rows.removeIf(row -> index(row) % 2 == 0);

    assertThat(compare(101L)).isEmpty();
    assertThat(compare(100L)).isNotEmpty();
  }

  @Test
  void hiddenRecordsAreNamed() throws IOException {
    rows.remove(shown(17));

    assertThat(compare(null)).containsExactly(Tuple.tuple(Problem.SEARCH, 17L, 17L));
  }

  @Test
  void recordShownOtherwiseIsNamed() throws IOException {
    shown(40).put("outcome", "refused");
    shown(50).put("created", "2020-01-01T09:00:50+0000");
    shown(60).put("logIndex", 299);
    shown(70).put("objectId", "in.c-main");
    shown(80).put("params", Map.of("limit", 7));

    assertThat(compare(null))
        .contains(
            Tuple.tuple(Problem.SEARCH, 40L, 40L),
            Tuple.tuple(Problem.SEARCH, 50L, 50L),
            Tuple.tuple(Problem.SEARCH, 60L, 60L),
            Tuple.tuple(Problem.SEARCH, 70L, 70L),
            Tuple.tuple(Problem.SEARCH, 80L, 80L));
  }

  @Test
  void madeUpRecordIsNamedAndANewerOneIsNot() throws IOException {
    Map<String, Object> newer = row(300);
    Map<String, Object> again = row(8);
    Map<String, Object> nowhere = row(9);
    nowhere.remove("logIndex");
    nowhere.put("created", "2020-01-01T08:00:00+0000");
    Map<String, Object> notYet = row(301);
    notYet.put("logIndex", null);
    rows.addAll(List.of(newer, again, nowhere, notYet));

    assertThat(compare(null))
        .containsExactly(
            Tuple.tuple(Problem.SEARCH, Finding.NO_RECORD, Finding.NO_RECORD),
            Tuple.tuple(Problem.SEARCH, 8L, 8L));
  }

  @Test
  void searchMayForgetWhatIsOld() throws IOException {
    rows.removeIf(row -> index(row) < 40);

    assertThat(compare(null)).isEmpty();
  }

  /** A record that reached its trail after an outage is of an older time than those beside it. */
  private Map<String, Object> late(Instant made, Instant time) {
    Map<String, Object> record = new LinkedHashMap<>(TestLog.record(log.size()));
    record.put("id", TestLog.id(made, 5000L + log.size()).toString());
    record.put("time", time.toString());
    Map<String, Object> row = row(log.size());
    row.put("uuid", record.get("id"));
    row.put("created", time.truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", "+0000"));
    log.add(record).write();
    return row;
  }

  @Test
  void recordThatCameLateIsForgottenWithThoseOfItsTime() throws IOException {
    Instant time = TestLog.BEGIN.plusMillis(20_500);
    late(time, time);
    rows.removeIf(row -> index(row) < 40);

    assertThat(compare(null)).isEmpty();
  }

  @Test
  void recordHiddenWhereOlderOnesAreShownIsNamed() throws IOException {
    Instant time = TestLog.BEGIN.plusMillis(20_500);
    Map<String, Object> late = late(time, time);
    rows.removeIf(row -> index(row) < 40);
    rows.add(late);

    assertThat(compare(null)).containsExactly(Tuple.tuple(Problem.SEARCH, 21L, 39L));
  }

  @Test
  void monthThatTheIndexDroppedIsThatOfTheIds() throws IOException {
    late(TestLog.BEGIN.minus(Duration.ofHours(11)), TestLog.BEGIN.plusSeconds(50));

    assertThat(compare(null)).isEmpty();
  }

  @Test
  void allMayBeForgottenButWhatIsNewerThanTheCheckpoint() throws IOException {
    rows.clear();
    rows.add(row(300));

    assertThat(compare(null)).isEmpty();
  }

  @Test
  void searchThatShowsNothingLeavesAllOut() throws IOException {
    rows.clear();

    assertThat(compare(null)).containsExactly(Tuple.tuple(Problem.SEARCH, 0L, 179L));
  }

  @Test
  void newestRecordsOfAnExportMayNotBeFoundYetWheneverItIsChecked() throws IOException {
    rows.removeIf(row -> index(row) > 290);

    for (Duration after : List.of(Duration.ofMinutes(1), Duration.ofDays(9))) {
      Verification result = verify(null, after);

      assertThat(result.findings()).isEmpty();
      assertThat(result.notices())
          .contains("the search did not show 9 of the newest records yet: verify again later");
    }
  }

  @Test
  void serverIsAskedOnceMoreForWhatItDidNotShow() {
    List<Integer> asked = new ArrayList<>();
    SearchRows lagging =
        new SearchRows() {
          @Override
          public @Nullable Long project() {
            return null;
          }

          @Override
          public void forEach(Consumer<JsonNode> consumer) {
            asked.add(asked.isEmpty() ? 17 : 18);
            rows.stream()
                .filter(row -> index(row) != asked.getLast() && index(row) != 16)
                .map(Json::write)
                .map(Json.mapper()::readTree)
                .forEach(consumer);
          }

          @Override
          public boolean awaitNewer() {
            return true;
          }
        };

    Verification result = log.verifier(Duration.ofHours(1)).comparing(lagging).verify();

    assertThat(asked).hasSize(2);
    assertThat(found(result)).containsExactly(Tuple.tuple(Problem.SEARCH, 16L, 16L));
    assertThat(result.counts().searched()).isEqualTo(299);
  }

  /** The clock of another node is minutes ahead of this one's; not days. */
  @Test
  void recordsOfAClockThatIsAheadAreNew() throws IOException {
    Instant ahead = TestLog.BEGIN.plusSeconds(300).plus(Duration.ofMinutes(3));
    late(ahead, ahead);
    assertThat(verify(null, Duration.ofMinutes(1)).findings()).isEmpty();

    Instant farAhead = ahead.plus(Duration.ofDays(9));
    late(farAhead, farAhead);
    assertThat(found(verify(null, Duration.ofMinutes(1))))
        .containsExactlyInAnyOrder(
            Tuple.tuple(Problem.TIME, 301L, 301L), Tuple.tuple(Problem.SEARCH, 301L, 301L));
  }

  /** After a clock was set back its ids stay ahead for as long as it had been. */
  @Test
  void recordWhoseIdAloneIsAheadIsAsOldAsItsTime() throws IOException {
    late(TestLog.BEGIN.plus(Duration.ofHours(20)), TestLog.BEGIN.plusSeconds(60));
    rows.remove(shown(50));

    assertThat(compare(null))
        .contains(Tuple.tuple(Problem.SEARCH, 50L, 50L), Tuple.tuple(Problem.SEARCH, 300L, 300L));
  }

  @Test
  void longValuesAreComparedByTheHashThatTheLogHas() throws IOException {
    Map<String, Object> whole = new LinkedHashMap<>(TestLog.record(300));
    String text = "x".repeat(40_000);
    whole.put("params", Map.of("query", text, "limit", 5));
    whole.put("message", text);
    Map<String, Object> reduced = new LinkedHashMap<>(whole);
    reduced.put("params", Map.of("query", reference('"' + text + '"'), "limit", 5));
    reduced.put("message", Json.write(reference(text)));
    log.add(reduced, List.of('"' + text + '"', text)).write();
    Map<String, Object> row = row(300);
    row.put("params", whole.get("params"));
    row.put("message", text);
    rows.add(row);

    assertThat(compare(null)).isEmpty();
    row.put("message", text + "y");
    assertThat(compare(null)).containsExactly(Tuple.tuple(Problem.SEARCH, 300L, 300L));
  }

  /** What the server shows when it has lost what stood beside the log. */
  @Test
  void rowThatHasTheReferenceInPlaceOfTheValueIsNamed() throws IOException {
    String text = "x".repeat(40_000);
    String json = '"' + text + '"';
    List<Long> ids = LongStream.range(0, 300).boxed().toList();
    Map<String, Object> map = Map.of("query", text, "total", 7);
    Map<String, Object> withIds = Map.of("query", text, "total", 7, "attachments", ids);
    Map<String, Object> mixed = new LinkedHashMap<>(reference(canonical(map)));
    mixed.put("attachments", reference(canonical(ids)));
    Map<String, Object> reduced = Map.of("query", reference(json), "total", 7);
    List<Map<String, Object>> inLog =
        List.of(
            Map.of("message", Json.write(reference(text))),
            Map.of("params", reduced),
            Map.of("results", reduced),
            Map.of("params", reference(canonical(map))),
            Map.of("results", reference(canonical(map))),
            Map.of("params", Map.of("attachments", reference(canonical(ids)))),
            Map.of("params", mixed));
    List<Map<String, Object>> whole =
        List.of(
            Map.of("message", text),
            Map.of("params", map),
            Map.of("results", map),
            Map.of("params", map),
            Map.of("results", map),
            Map.of("params", Map.of("attachments", ids)),
            Map.of("params", withIds));
    for (int i = 0; i < inLog.size(); i++) {
      Map<String, Object> record = new LinkedHashMap<>(TestLog.record(300 + i));
      record.putAll(inLog.get(i));
      log.add(record, List.of(text, json, canonical(map), canonical(ids)));
      Map<String, Object> row = row(300 + i);
      row.putAll(whole.get(i));
      rows.add(row);
    }
    log.write();
    assertThat(compare(null)).isEmpty();

    for (int i = 0; i < inLog.size(); i++) {
      rows.get(300 + i).putAll(inLog.get(i));
    }

    assertThat(compare(null)).containsExactly(Tuple.tuple(Problem.SEARCH, 300L, 306L));
  }

  private static String canonical(Object value) {
    return new String(CanonicalJson.ofValue(value), StandardCharsets.UTF_8);
  }

  @Test
  void hashIsNotTakenForTheTextThatItIsOf() throws IOException {
    String text = "x".repeat(300);
    Map<String, Object> record = new LinkedHashMap<>(TestLog.record(300));
    record.put("message", text);
    record.put("description", "c");
    log.add(record).write();
    Map<String, Object> row = row(300);
    row.put("message", text);
    row.put("description", "c");
    rows.add(row);
    assertThat(compare(null)).isEmpty();

    row.put("message", Sha256.hex(TestLog.bytes(text)));
    assertThat(compare(null)).containsExactly(Tuple.tuple(Problem.SEARCH, 300L, 300L));
  }

  @Test
  void referenceThatACallerSentIsComparedAsItWasSent() throws IOException {
    Map<String, Object> sent = reference("a text that is nowhere");
    Map<String, Object> record = new LinkedHashMap<>(TestLog.record(300));
    record.put("params", Map.of("x", sent));
    record.put("results", sent);
    log.add(record).write();
    Map<String, Object> row = row(300);
    row.put("params", Map.of("x", sent));
    row.put("results", sent);
    rows.add(row);

    assertThat(compare(null)).isEmpty();
    row.put("results", reference("another"));
    assertThat(compare(null)).containsExactly(Tuple.tuple(Problem.SEARCH, 300L, 300L));
  }

  @Test
  void parameterIsLongByItsBytes() throws IOException {
    String text = "č".repeat(150);
    Map<String, Object> reduced = new LinkedHashMap<>(TestLog.record(300));
    reduced.put("params", Map.of("query", reference('"' + text + '"'), "limit", 5));
    log.add(reduced, List.of('"' + text + '"')).write();
    Map<String, Object> row = row(300);
    row.put("params", Map.of("query", text, "limit", 5));
    rows.add(row);

    assertThat(compare(null)).isEmpty();
    row.put("params", Map.of("query", text + "č", "limit", 5));
    assertThat(compare(null)).containsExactly(Tuple.tuple(Problem.SEARCH, 300L, 300L));
  }

  @Test
  void textThatLooksLikeAReferenceIsComparedWhetherItGaveWayOrNot() throws IOException {
    String looks = Json.write(reference("a text that is nowhere"));
    for (String text : List.of(looks, "{\"bytes\":1", "{\"bytes\":1}")) {
      int index = log.size();
      Map<String, Object> kept = new LinkedHashMap<>(TestLog.record(index));
      kept.put("message", text);
      log.add(kept);
      Map<String, Object> gaveWay = new LinkedHashMap<>(TestLog.record(index + 1));
      gaveWay.put("message", Json.write(reference(text)));
      log.add(gaveWay, List.of(text));
      for (int i = index; i < log.size(); i++) {
        Map<String, Object> row = row(i);
        row.put("message", text);
        rows.add(row);
      }
    }
    log.write();

    assertThat(compare(null)).isEmpty();
    rows.getLast().put("message", looks);
    assertThat(compare(null)).hasSize(1);
  }

  private static Map<String, Object> reference(String value) {
    Map<String, Object> reference = new LinkedHashMap<>();
    reference.put("bytes", TestLog.bytes(value).length);
    reference.put("sha256", Sha256.hex(TestLog.bytes(value)));
    return reference;
  }
}
