package io.penstock.trail.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.trail.http.SearchExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    row.put("id", 0);
    row.put("uuid", record.get("id"));
    row.put("event", record.get("operation"));
    row.put("message", record.get("message"));
    row.put(
        "created",
        Instant.parse(record.get("time").toString()).toString().replace("Z", "+0000"));
    row.put("outcome", "ALLOWED");
    row.put("status", 200);
    row.put("objectId", null);
    row.put("logIndex", index);
    return row;
  }

  private Tuple[] compare(@Nullable Long project) throws IOException {
    Path export = folder.resolve("export.jsonl");
    Files.write(export, rows.stream().map(Json::write).toList());
    Verification result =
        log.verifier().comparing(SearchExport.of(export, project)).verify();
    return result.findings().stream()
        .map(found -> Tuple.tuple(found.problem(), found.first(), found.last()))
        .toArray(Tuple[]::new);
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
    rows.removeIf(row -> ((Integer) row.get("logIndex")) % 2 == 0);

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
    shown(40).put("outcome", "REFUSED");
    shown(50).put("created", "2030-01-01T09:00:50+0000");
    shown(60).put("logIndex", 299);
    shown(70).put("objectId", "in.c-main");

    assertThat(compare(null))
        .contains(
            Tuple.tuple(Problem.SEARCH, 40L, 40L),
            Tuple.tuple(Problem.SEARCH, 50L, 50L),
            Tuple.tuple(Problem.SEARCH, 60L, 60L),
            Tuple.tuple(Problem.SEARCH, 70L, 70L));
  }

  @Test
  void madeUpRecordIsNamedAndANewerOneIsNot() throws IOException {
    Map<String, Object> newer = row(300);
    Map<String, Object> again = row(8);
    Map<String, Object> nowhere = row(9);
    nowhere.remove("logIndex");
    rows.addAll(List.of(newer, again, nowhere));

    assertThat(compare(null))
        .containsExactly(
            Tuple.tuple(Problem.SEARCH, Finding.NO_RECORD, Finding.NO_RECORD),
            Tuple.tuple(Problem.SEARCH, 8L, 8L));
  }
}
