package io.penstock.audit.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.audit.Samples;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordQuery;
import io.penstock.model.audit.RecordQuery.Count;
import io.penstock.model.audit.RecordQuery.Facet;
import io.penstock.model.audit.RecordQuery.Place;
import io.penstock.model.audit.RecordQuery.Span;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every search finds and refuses; the subclass says which. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SearchContract {
  private TestIndex records;

  @BeforeAll
  void fill(@TempDir Path directory) {
    records = index(directory);
    records.add(
        Samples.event(1)
            .params(Map.of("incremental", false, "source", Map.of("fileName", "Users 2030.csv")))
            .run("7")
            .build(),
        Samples.event(2)
            .operation("ext.my-app.cfg1")
            .component("my-app", "cfg1")
            .message("Extraction failed: timeout")
            .type("error")
            .object("", "", "")
            .run("7.1")
            .actor("token", "45", "joe smith")
            .build(),
        Samples.event(3)
            .operation("storage.bucketCreated")
            .object("bucket", "in.c-main", "c-main")
            .message("Created bucket in.c-main")
            .run("71")
            .actor("user", "44", "jane@example.org")
            .build(),
        Samples.event(4)
            .call("GET /v2/storage/buckets/{bucket}", 404)
            .message("not found")
            .outcome(AuditRecord.Outcome.REFUSED)
            .address("10.0.0.2")
            .build(),
        Samples.event(5).organisation(2L).project(2L).message("secret of project 2").build(),
        Samples.event(6).project(null).organisation(null).message("platform").build(),
        Samples.event(9).message("The last one").build());
  }

  /** An empty index, open and complete; another one at each call. */
  abstract TestIndex index(Path directory);

  @AfterAll
  void close() {
    if (records != null) { // or the tests were skipped
      records.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "imported | 1",
        "USERS | 9 4 1",
        "in.c-main.users | 9 4 1",
        "\"table in.c-main\" | 1",
        "extraction bucket | 4 3 2",
        "created bucket AND main | 4 3",
        "+bucket -created | 4",
        "buckets | 4",
        "NOT users | 3 2",
        "-users -extraction | 3",
        "extr* | 2",
        "event:storage.tableImportDone | 9 1",
        "operation:storage.tableImportDone | 9 1",
        "event:storage.* | 9 3 1",
        "event:\"GET /v2/storage/buckets/{bucket}\" | 4",
        "event:Storage.tableImportDone | -",
        "component:my-app | 2",
        "configurationId:cfg1 | 2",
        "configurationId:* | 2",
        "type:error | 2",
        "type:(error OR info) | 2",
        "message:timeout | 2",
        "message:\"failed timeout\" | 2",
        "message:\"timeout failed\" | -",
        "objectId:in.c-main | 3",
        "objectId:in.c-main* | 9 4 3 1",
        "objectName:users | 9 4 1",
        "objectType:bucket | 3",
        "runId:7 | 1",
        "runId:7* | 3 2 1",
        "token.id:45 | 2",
        "token.name:\"joe smith\" | 2",
        "token.name:smith | 2",
        "token.name:jane@example* | 9 4 3 1",
        "kind:call | 4",
        "outcome:refused AND status:404 | 4",
        "address:10.0.0.2 | 4",
        "address:10.0.0.* AND type:error | 2",
        "status:>=400 | 4",
        "status:[400 TO 499] | 4",
        "status:{404 TO 499] | -",
        "number:5003 | 3",
        "id:5003 | 3",
        "number:<=5002 | 2 1",
        "params.incremental:false | 1",
        "params.source.fileName:\"users 2030.CSV\" | 1",
        "params.source.fileName:users | 1",
        "params.source.fileName:users* | 1",
        "params.source:* | 1",
        "params.fileName:users | -",
        "created:2030-01-01 AND type:error | 2",
        "created:>2030-01-01 | -",
        "created:>=2030-01-01 AND bucket | 4 3",
        "created:[2030-01-01T10:00:02 TO 2030-01-01T10:00:03] | 3 2",
        "created:>2030-01-01T10\\:00\\:03Z | 9 4",
        "created:<2030-01-01T10 | -",
        "unknown:users | -",
        "* | 9 4 3 2 1",
        "message:pla?form | -",
        "message:time?ut | -",
        "tim?out | 2"
      })
  void queryFinds(String query, String expected) {
    List<Long> seconds =
        expected == null
            ? List.of()
            : Arrays.stream(expected.split(" ")).map(Long::valueOf).toList();

    assertThat(records.find(12, query)).isEqualTo(seconds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "status:4* | status:[10 TO 20]",
        "status:4?4 | status:[10 TO 20]",
        "status:4*4 | status:[10 TO 20]",
        "message:imported OR durationMillis:1* | durationMillis:[10 TO 20]",
        "number:50* | number:[10 TO 20]",
        "created:2030* | created:[2030-01-01 TO 2030-01-31]",
        "time:2030-01-0? | created:[2030-01-01 TO 2030-01-31]"
      })
  void beginningOfANumberOrTimeIsRefusedWithWhatToWriteInstead(String query, String instead) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> records.find(12, query))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_SYNTAX))
        .withMessageContaining("\"*\"")
        .withMessageContaining(instead);
  }

  @ParameterizedTest
  @ValueSource(strings = {"status:*", "durationMillis:*", "created:*"})
  void presenceOfANumberOrTimeIsNoBeginningOfIt(String query) {
    assertThat(records.find(12, query)).containsExactly(9L, 4L, 3L, 2L, 1L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "project:2 OR *:*",
        "projectId:2 OR *",
        "_project:2",
        "_project:* OR _text:secret",
        "secret",
        "NOT foo",
        "-_project:12",
        "*:* OR _project:2",
        "id:5005",
        "organisation:2 OR organisationId:2",
        "(*:*) OR (project:2)",
        "created:[* TO *]",
        "\"secret of project 2\" OR platform"
      })
  void noQueryLeavesItsProject(String query) {
    var page = records.page(Queries.of(12).query(query).build());

    assertThat(page.records()).allMatch(kept -> Long.valueOf(12).equals(kept.record().projectId()));
    assertThat(page.total()).isLessThanOrEqualTo(5);
    assertThat(records.search.find(12, Samples.id(5).toString())).isEmpty();
    assertThat(records.search.find(12, "5005")).isEmpty();
    assertThat(records.search.find(2, "5005")).isPresent();
  }

  @Test
  void limitedTokenSeesItsOwnAndItsObjectsRecords() {
    assertThat(found(Queries.of(12).visibleTo("45"))).containsExactly(2L);
    assertThat(found(Queries.of(12).visibleTo("45", "bucket:in.c-main"))).containsExactly(3L, 2L);
    assertThat(found(Queries.of(12).visibleTo("44"))).containsExactly(9L, 4L, 1L);
    assertThat(found(Queries.of(12).visibleTo("45").query("* OR users"))).containsExactly(2L);
  }

  @Test
  void filtersHoldTogether() {
    assertThat(found(Queries.of(12).kinds(AuditRecord.Kind.CALL))).containsExactly(4L);
    assertThat(found(Queries.of(12).object("bucket", "in.c-main"))).containsExactly(3L);
    assertThat(found(Queries.of(12).object("bucket", "in.c-other").orObjects("in.c-main")))
        .containsExactly(3L);
    assertThat(found(Queries.of(12).object("table", "in.c-other").orObjects("in.c-main")))
        .isEmpty();
    assertThat(found(Queries.of(12).object(null, "in.c-main.users").query("imported")))
        .containsExactly(1L);
    assertThat(found(Queries.of(12).component("my-app", "cfg1"))).containsExactly(2L);
    assertThat(found(Queries.of(12).component("my-app", "cfg2"))).isEmpty();
    assertThat(found(Queries.of(12).run("7"))).containsExactly(2L, 1L);
  }

  @Test
  void auditorsFiltersHoldTogether() {
    Instant second = Samples.START.plusSeconds(2);
    assertThat(found(Queries.of(12).actor("45"))).containsExactly(2L);
    assertThat(found(Queries.of(12).actor("Joe Smith"))).containsExactly(2L);
    assertThat(found(Queries.of(12).actor("joe"))).isEmpty();
    assertThat(found(Queries.of(12).operation("storage.bucketCreated"))).containsExactly(3L);
    assertThat(found(Queries.of(12).outcome(AuditRecord.Outcome.REFUSED))).containsExactly(4L);
    assertThat(found(Queries.of(12).address("10.0.0.2"))).containsExactly(4L);
    assertThat(found(Queries.of(12).times(second, null))).containsExactly(9L, 4L, 3L, 2L);
    assertThat(found(Queries.of(12).times(null, second))).containsExactly(1L);
    assertThat(found(Queries.of(12).times(second, second.plusNanos(1000)))).containsExactly(2L);
    assertThat(found(Queries.of(12).actor("45").address("10.0.0.2"))).isEmpty();
    for (Instant time : List.of(Instant.MIN, Instant.MAX)) {
      assertThat(catchThrowable(() -> found(Queries.of(12).times(time, null))))
          .isInstanceOf(PlatformException.class);
    }
  }

  @Test
  void pageAfterARecordBeginsWithTheNextInEitherOrder() {
    Place third = new Place(Samples.id(3).toString(), Samples.START.plusSeconds(3));
    Place looked = new Place(Samples.id(3).toString(), null);
    for (Place place : List.of(third, looked, new Place("5003", null))) {
      assertThat(found(Queries.of(12).after(place))).containsExactly(2L, 1L);
      assertThat(found(Queries.of(12).after(place).page(1, 0))).containsExactly(2L);
      assertThat(found(Queries.of(12).after(place).ascending())).containsExactly(4L, 9L);
    }
    assertThat(records.page(Queries.of(12).after(third).build()).total())
        .as("of the whole search")
        .isEqualTo(5);
  }

  @Test
  void pagesCoverEverythingOnceHoweverSmall(@TempDir Path directory) {
    try (TestIndex own = index(directory)) {
      own.add(
          IntStream.range(0, 250)
              .mapToObj(i -> Samples.event(i).build())
              .toArray(AuditRecord[]::new));
      for (boolean ascending : List.of(true, false)) {
        List<Long> all = new ArrayList<>();
        Place place = null;
        List<KeptRecord> page;
        do {
          Queries next = Queries.of(12).page(7, 0).after(place);
          page = own.page((ascending ? next.ascending() : next).build()).records();
          page.forEach(kept -> all.add(kept.index()));
          place = page.isEmpty() ? null : Place.of(page.getLast().record());
        } while (place != null);
        assertThat(all).hasSize(250).doesNotHaveDuplicates();
        assertThat(all.getFirst()).isEqualTo(ascending ? 0 : 249);
      }
    }
  }

  @Test
  void pageEndsWithTheRecordThatReachesItsBytes() {
    assertThat(found(Queries.of(12).bytes(1))).containsExactly(9L);
    assertThat(found(Queries.of(12).bytes(1_000_000))).hasSize(5);
  }

  @Test
  void pageSaysWhetherItEndedForItsBytes() {
    assertThat(records.page(Queries.of(12).bytes(1).build()).cut()).isTrue();
    assertThat(records.page(Queries.of(12).bytes(1_000_000).build()).cut()).isFalse();
    assertThat(records.page(Queries.of(12).build()).cut()).isFalse();
  }

  @Test
  void recordsComeWithTheirPlaceInTheTrail() {
    assertThat(records.page(Queries.of(12).build()).records())
        .extracting(KeptRecord::index)
        .containsExactly(4L, 3L, 2L, 1L, 0L);
    assertThat(records.search.find(12, "5003").map(KeptRecord::index)).contains(2L);
  }

  @Test
  void totalIsCountedForThoseOnlyWhoAsk() {
    assertThat(records.page(Queries.of(12).counting(RecordQuery.Counting.NOTHING).build()).total())
        .isEqualTo(RecordQuery.Page.NOT_COUNTED);
    assertThat(records.page(Queries.of(12).page(1, 0).build()).total()).isEqualTo(5);
  }

  @Test
  void facetsCountValuesOfEverythingThatIsFound() {
    var page =
        records.page(Queries.of(12).page(1, 0).counting(counting(2, null, Facet.values())).build());

    assertThat(page.records()).hasSize(1);
    assertThat(page.facets().keySet())
        .containsExactlyInAnyOrder(
            Arrays.stream(Facet.values()).map(Facet::wireName).toArray(String[]::new));
    assertThat(page.facets().get("type"))
        .containsExactly(new Count("success", 4), new Count("error", 1));
    assertThat(page.facets().get("event"))
        .as("the most frequent, then by name")
        .containsExactly(
            new Count("storage.tableImportDone", 2),
            new Count("GET /v2/storage/buckets/{bucket}", 1));
    assertThat(page.facets().get("status")).containsExactly(new Count("0", 4), new Count("404", 1));
    assertThat(page.facets().get("kind"))
        .containsExactly(new Count("event", 4), new Count("call", 1));
    assertThat(page.facets().get("address"))
        .containsExactly(new Count("10.0.0.1", 4), new Count("10.0.0.2", 1));
    assertThat(page.histogram()).isEmpty();
  }

  @Test
  void facetsKeepToQueryAndViewer() {
    var found =
        records.page(
            Queries.of(12)
                .visibleTo("45", "bucket:in.c-main")
                .query("type:success")
                .counting(counting(10, null, Facet.TOKEN_ID))
                .build());

    assertThat(found.facets()).containsExactly(Map.entry("token.id", List.of(new Count("44", 1))));
  }

  @Test
  void histogramCountsBySpan() {
    var page =
        records.page(Queries.of(12).counting(counting(0, RecordQuery.Interval.MINUTE)).build());
    assertThat(page.histogram()).containsExactly(new Span(Samples.START, 5));
    assertThat(page.total()).isEqualTo(5);
    Instant day = Instant.parse("2030-01-01T00:00:00Z");
    assertThat(
            records
                .page(Queries.of(12).counting(counting(0, RecordQuery.Interval.DAY)).build())
                .histogram())
        .containsExactly(new Span(day, 5));
  }

  @Test
  void histogramOfTooManySpansIsRefused(@TempDir Path directory) {
    try (TestIndex own = index(directory)) {
      own.add(
          IntStream.range(0, RecordQuery.MOST_SPANS + 1)
              .mapToObj(i -> Samples.event(60L * i).build())
              .toArray(AuditRecord[]::new));

      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(
              () ->
                  own.page(
                      Queries.of(12).counting(counting(0, RecordQuery.Interval.MINUTE)).build()))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION));
      assertThat(
              own.page(Queries.of(12).counting(counting(0, RecordQuery.Interval.HOUR)).build())
                  .histogram())
          .hasSize(34)
          .first()
          .isEqualTo(new Span(Samples.START, 60));
    }
  }

  @Test
  void facetOfTooManyValuesIsRefusedAndOneOfFewerIsExact(@TempDir Path directory) {
    int most = RecordCounts.MOST_DISTINCT_VALUES;
    try (TestIndex own = index(directory)) {
      own.add(
          IntStream.rangeClosed(0, most)
              .mapToObj(i -> Samples.event(i).address("10." + (i == 7 ? 8 : i)).build())
              .toArray(AuditRecord[]::new));
      own.add(Samples.event(most + 1L).address("10.0").build());
      Queries addresses = Queries.of(12).page(1, 0).counting(counting(2, null, Facet.ADDRESS));

      assertThat(own.page(addresses.build()).facets().get("address"))
          .as("of as many values as are counted")
          .containsExactly(new Count("10.0", 2), new Count("10.8", 2));
      own.add(Samples.event(most + 2L).address("10.7").build());

      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> own.page(addresses.build()))
          .withMessageContaining("\"address\"")
          .withMessageContaining("since")
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION));
      assertThat(
              own.page(addresses.times(null, Samples.START.plusSeconds(2)).build())
                  .facets()
                  .get("address"))
          .containsExactly(new Count("10.0", 1), new Count("10.1", 1));
    }
  }

  private static RecordQuery.Counting counting(
      int values, RecordQuery.@Nullable Interval histogram, Facet... facets) {
    return new RecordQuery.Counting(true, Set.of(facets), values, histogram);
  }

  @Test
  void pagesFollowEachOtherInBothOrders() {
    assertThat(found(Queries.of(12).ascending())).containsExactly(1L, 2L, 3L, 4L, 9L);
    assertThat(found(Queries.of(12).page(2, 1))).containsExactly(4L, 3L);
    assertThat(found(Queries.of(12).page(10, 100))).isEmpty();
    String second = Samples.id(2).toString();
    String fourth = Samples.id(4).toString();
    assertThat(found(Queries.of(12).between(second, null))).containsExactly(9L, 4L, 3L);
    assertThat(found(Queries.of(12).between(null, fourth))).containsExactly(3L, 2L, 1L);
    assertThat(found(Queries.of(12).between("5002", fourth))).containsExactly(3L);
    assertThat(found(Queries.of(12).between("5003", null))).containsExactly(9L, 4L);
  }

  @Test
  void pagesMayBeginAtRecordsThatAreNotThere() {
    assertThat(found(Queries.of(12).between(Samples.id(7).toString(), null))).containsExactly(9L);
    assertThat(found(Queries.of(12).kinds(AuditRecord.Kind.EVENT).between("5007", null)))
        .containsExactly(9L);
    assertThat(found(Queries.of(12).between(null, "5005"))).contains(3L, 2L, 1L).doesNotContain(9L);
    assertThat(found(Queries.of(12).between("1", null))).hasSize(5);
  }

  @Test
  void badNumbersAreTheCallersFault() {
    for (Queries query :
        List.of(
            Queries.of(12).page(10_001, 0),
            Queries.of(12).page(-1, 0),
            Queries.of(12).page(1, -1),
            Queries.of(12).between("foo", null))) {
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> records.page(query.build()))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION));
    }
  }

  @Test
  void recordComesBackAsItWas() {
    AuditRecord record = Samples.event(3).build();

    assertThat(records.search.find(12, "5003"))
        .hasValueSatisfying(found -> assertThat(found.record().time()).isEqualTo(record.time()));
    assertThat(records.search.find(12, Samples.id(9).toString()))
        .map(KeptRecord::record)
        .contains(Samples.event(9).message("The last one").build());
    assertThat(records.search.find(12, "no-id")).isEmpty();
  }

  @Test
  void hostileRecordIsKeptLikeAnyOther(@TempDir Path directory) {
    try (TestIndex own = index(directory)) {
      String huge = "x".repeat(200_000);
      own.add(
          Samples.event(1)
              .message(huge)
              .operation(huge)
              .object(huge, huge, huge)
              .component(huge, huge)
              .params(
                  Map.of(
                      "k".repeat(40_000),
                      huge,
                      "a",
                      huge,
                      "deep",
                      deep(50),
                      "",
                      List.of(List.of(1, 2))))
              .build());

      assertThat(own.page(Queries.of(12).build()).total()).isEqualTo(1);
      assertThat(own.find(12, "params.a:" + "x".repeat(1024))).hasSize(1);
    }
  }

  private static Object deep(int levels) {
    Object value = "end";
    for (int i = 0; i < levels; i++) {
      value = Map.of("level", value);
    }
    return value;
  }

  private List<Long> found(Queries query) {
    return TestIndex.seconds(records.page(query.build()));
  }
}
