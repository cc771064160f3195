package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.AuditRecord.Actor;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.audit.AuditRecord.Kind;
import io.penstock.model.audit.AuditRecord.Outcome;
import io.penstock.model.audit.AuditRecord.Source;
import io.penstock.model.audit.KeptRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AuditEventsIT {
  private static final Gateway GATEWAY = Gateway.get();
  private static final UUID ID = UUID.fromString("01900000-0000-7000-8000-000000000001");
  private final Client master = GATEWAY.master();

  @AfterEach
  void forget() {
    GATEWAY.searchAnswers.clear();
    GATEWAY.auditAnswers.clear();
  }

  @Test
  void callsAndEventsAreFoundWithOutcomeStatusAndPlaceInTheLog() {
    GATEWAY.searchAnswers.add(page(kept(7, record(1, "GET /v2/storage/buckets/{id}"))));

    JsonNode event = master.get("v2/audit/events").json(200).path(0);

    assertThat(event.path("uuid").asString()).isEqualTo(ID.toString());
    assertThat(event.path("id").isNull()).as("a call has no number").isTrue();
    assertThat(event.path("event").asString()).isEqualTo("GET /v2/storage/buckets/{id}");
    assertThat(event.path("kind").asString()).isEqualTo("call");
    assertThat(event.path("outcome").asString()).isEqualTo("refused");
    assertThat(event.path("status").asInt()).isEqualTo(404);
    assertThat(event.path("logIndex").asInt()).isEqualTo(7);
    assertThat(event.path("exceptionId").asString()).isEqualTo("x-1");
    assertThat(event.path("context").path("remoteAddr").asString()).isEqualTo("10.0.0.1");
  }

  @Test
  void everyFilterReachesTheIndex() {
    master
        .get(
            "v2/audit/events?actor=jane&objectType=table&objectId=in.c-a.t&operation=x&runId=7"
                + "&address=10.0.0.1&outcome=Refused&since=2030-01-01&until=2030-01-02&q=foo"
                + "&limit=5&sortOrder=asc&after="
                + ID)
        .json(200);

    JsonNode query = Json.mapper().readTree(GATEWAY.lastSearch.get());
    assertThat(query.path("query").asString()).isEqualTo("foo");
    assertThat(query.path("projectId").asLong()).isEqualTo(GATEWAY.project);
    JsonNode where = query.path("where");
    assertThat(where.path("kinds")).isEmpty();
    for (Map.Entry<String, String> condition :
        Map.of(
                "actor", "jane",
                "objectType", "table",
                "objectId", "in.c-a.t",
                "operation", "x",
                "runId", "7",
                "address", "10.0.0.1",
                "outcome", "REFUSED",
                "since", "2030-01-01T00:00:00Z",
                "until", "2030-01-02T00:00:00Z")
            .entrySet()) {
      assertThat(where.path(condition.getKey()).asString())
          .as(condition.getKey())
          .isEqualTo(condition.getValue());
    }
    assertThat(query.path("paging").path("after").path("id").asString()).isEqualTo(ID.toString());
    assertThat(query.path("paging").path("limit").asInt()).isEqualTo(5);
    assertThat(query.path("paging").path("ascending").asBoolean()).isTrue();
  }

  @Test
  void limitedTokenSeesItsOwnAndWhatItMayRead() {
    Client limited = GATEWAY.limited();

    limited.get("v2/audit/events").json(200);

    assertThat(viewer()).isEqualTo(Long.toString(limited.tokenId()));
    limited.get("v2/audit/events/export").response();
    assertThat(viewer()).isEqualTo(Long.toString(limited.tokenId()));
    master.get("v2/audit/events").json(200);
    assertThat(viewer()).isEmpty();
  }

  private static String viewer() {
    return Json.mapper()
        .readTree(GATEWAY.lastSearch.get())
        .path("viewer")
        .path("tokenId")
        .asString("");
  }

  @Test
  void wrongFiltersAreRefused() {
    for (String wrong :
        List.of("outcome=maybe", "limit=1001", "since=x", "sortOrder=up", "histogram=week")) {
      master.get("v2/audit/events?" + wrong).assertRefused(400, "storage.validation");
    }
    master.get("v2/audit/events/export?format=xml").assertRefused(400, "storage.validation");
  }

  @Test
  void listGoesOnBehindAPageThatHasAllItsBytes() {
    GATEWAY.searchAnswers.add(cutPage(kept(7, record(1, "a")), kept(8, record(2, "b"))));
    GATEWAY.searchAnswers.add(cutPage(kept(9, record(3, "c")), kept(10, record(4, "d"))));
    GATEWAY.searchAnswers.add(page(kept(11, record(5, "e"))));

    Client.Answer answer = master.get("v2/audit/events?limit=5&facets=type");

    JsonNode body = answer.json(200);
    assertThat(body.path("events"))
        .extracting(event -> event.path("event").asString())
        .containsExactly("a", "b", "c", "d", "e");
    assertThat(body.path("total").asInt()).as("of the first page").isEqualTo(3);
    assertThat(answer.response().headers().firstValue("ETag")).isEmpty();
    JsonNode last = Json.mapper().readTree(GATEWAY.lastSearch.get());
    assertThat(last.at("/paging/after/id").asString()).isEqualTo(record(4, "d").id().toString());
    assertThat(last.at("/paging/limit").asInt()).isEqualTo(1);
    assertThat(last.at("/paging/bytes").asInt()).as("of memory").isEqualTo(2 << 20);
    assertThat(last.at("/counting/total").asBoolean()).as("counted once").isFalse();
  }

  @Test
  void listOfEventsHasAsManyAsWereAskedForWhateverTheirSize() {
    GATEWAY.searchAnswers.add(cutPage(kept(7, large()), kept(8, large())));
    GATEWAY.searchAnswers.add(cutPage(kept(9, large())));
    GATEWAY.searchAnswers.add("!400"); // is not asked for

    Client.Answer answer = master.get("events?limit=3&offset=1");

    assertThat(answer.json(200)).hasSize(3);
    JsonNode last = Json.mapper().readTree(GATEWAY.lastSearch.get());
    assertThat(last.at("/paging/offset").asInt()).as("was skipped already").isZero();
    assertThat(GATEWAY.searchAnswers.poll()).isEqualTo("!400");
  }

  @Test
  void listThatBreaksOffInTheMiddleIsNoList() {
    GATEWAY.searchAnswers.add(cutPage(kept(7, large()), kept(8, large())));
    GATEWAY.searchAnswers.add("!400");

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> master.get("v2/audit/events"));
  }

  @Test
  void exportHasEveryPageInTheirOrderAndNoLinks() {
    AuditRecord first = record(1, "say \"a\", b");
    GATEWAY.searchAnswers.add(page(kept(7, first), kept(8, record(2, "b"))));
    GATEWAY.searchAnswers.add(page(kept(9, record(3, "c"))));

    Client.Answer csv = master.get("v2/audit/events/export?q=foo&limit=1");

    assertThat(csv.status()).isEqualTo(200);
    assertThat(csv.response().headers().firstValue("Content-Type"))
        .contains("text/csv;charset=utf-8");
    assertThat(csv.response().headers().firstValue("ETag")).isEmpty();
    List<String> lines = csv.body().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.getFirst()).startsWith("\"logIndex\",\"time\",\"uuid\",\"kind\",");
    assertThat(lines.get(1))
        .startsWith("\"7\",\"2030-01-01T10:00:01.000001Z\",\"" + first.id() + "\",\"call\",")
        .contains("\"say \"\"a\"\", b\"")
        .endsWith(",\"{\"\"a\"\":1}\",\"{}\"");
    assertThat(lines.get(3)).startsWith("\"9\",");
    JsonNode last = Json.mapper().readTree(GATEWAY.lastSearch.get());
    assertThat(last.path("paging").path("after").path("id").asString())
        .isEqualTo(record(3, "c").id().toString());
    assertThat(last.path("paging").path("after").path("time").asString())
        .as("no look-up")
        .isEqualTo("2030-01-01T10:00:03.000001Z");
    assertThat(last.path("where").path("until").isNull()).as("it ends").isFalse();
    assertThat(ended(csv)).contains("\"complete\":true", "\"bytes\":" + csv.body().length());
  }

  @Test
  void exportedLinesAreTheObjectsOfTheList() {
    GATEWAY.searchAnswers.add(page(kept(7, record(1, "a"))));
    JsonNode listed = master.get("v2/audit/events").json(200).path(0);
    GATEWAY.searchAnswers.add(page(kept(7, record(1, "a"))));

    Client.Answer lines = master.get("v2/audit/events/export?format=jsonl");

    assertThat(lines.body().lines().map(Json.mapper()::readTree)).containsExactly(listed);
  }

  /** 503, 503, and then the page: nobody notices. */
  @Test
  void exportOutlivesAShortOutageOfTheIndex() {
    GATEWAY.searchAnswers.add(page(kept(7, record(1, "a"))));
    GATEWAY.searchAnswers.add("");
    GATEWAY.searchAnswers.add("");
    GATEWAY.searchAnswers.add(page(kept(8, record(2, "b"))));

    assertThat(master.get("v2/audit/events/export").body().lines()).hasSize(3);
  }

  @Test
  void brokenExportIsNeverTakenForAWholeOne() {
    GATEWAY.searchAnswers.add(page(kept(7, record(1, "a"))));
    GATEWAY.searchAnswers.add("!400");

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> master.get("v2/audit/events/export"));
  }

  @Test
  void endOfABrokenExportHasTheBytesThatLeft() {
    GATEWAY.searchAnswers.add(page(kept(7, record(1, "a")))); // is still in the buffer
    GATEWAY.searchAnswers.add("!400");
    Client client = master.inRun(Gateway.unique("run-broken"));

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> client.get("v2/audit/events/export"));

    String ended =
        await()
            .until(
                () ->
                    GATEWAY
                        .jdbc()
                        .sql(
                            "SELECT body FROM outbox_record WHERE body::jsonb ->> 'kind' ="
                                + " 'CALL_ENDED' AND body::jsonb ->> 'runId' = :run")
                        .param("run", client.headers().get("X-KBC-RunId"))
                        .query(String.class)
                        .optional(),
                Optional::isPresent)
            .orElseThrow();
    assertThat(ended).contains("\"complete\":false", "\"bytes\":0");
  }

  @Test
  void outageBeforeTheFirstByteIsAnAnswer() {
    GATEWAY.searchAnswers.add("");

    master.get("v2/audit/events/export").assertRefused(503, "serviceUnavailable");
  }

  @Test
  void twoSlowExportsOfAProjectKeepNoOtherProjectOut() throws IOException {
    String noEnd = page(kept(7, record(1, "x".repeat(500_000))));
    String before = GATEWAY.searchAnswer.getAndSet(noEnd);
    Client elsewhere = Tenant.in(GATEWAY, Tenant.newOrganisation(GATEWAY)).master();
    try (InputStream _ = opened(master);
        InputStream _ = opened(master)) {

      Client.Answer third = master.get("v2/audit/events/export");
      third.assertRefused(429, "tooManyRequests");
      assertThat(third.json(429).path("error").asString()).contains("wait until one has ended");
      assertThat(third.response().headers().firstValue("Retry-After")).isPresent();
      opened(elsewhere).close();
    } finally {
      GATEWAY.searchAnswer.set(before);
    }

    Awaitility.await("who went away has left")
        .until(() -> master.get("v2/audit/events/export").status() == 200);
  }

  private static InputStream opened(Client client) {
    HttpResponse<InputStream> answer = client.open("v2/audit/events/export");
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  @Test
  void recordIsShownToThoseOfItsProjectOnly() {
    AuditRecord record = record(1, "a");
    GATEWAY.auditAnswers.put(
        "/internal/records/%s?projectId=%d".formatted(record.id(), GATEWAY.project),
        Json.write(kept(7, record)).getBytes(StandardCharsets.UTF_8));

    assertThat(master.get("v2/audit/events/" + record.id()).json(200).path("logIndex").asInt())
        .isEqualTo(7);
    GATEWAY
        .limited()
        .get("v2/audit/events/" + record.id())
        .assertRefused(404, "storage.events.notFound");
    master.get("events/" + record.id()).assertRefused(404, "storage.events.notFound");
    Client elsewhere = Tenant.in(GATEWAY, Tenant.newOrganisation(GATEWAY)).master();
    elsewhere.get("v2/audit/events/" + record.id()).assertRefused(404, "storage.events.notFound");
  }

  /** Its call's record is there before the answer, and not yet in the log. */
  @Test
  void callIsReadableByTheIdOfItsRecordAtOnce() {
    String id =
        master.get("buckets").response().headers().firstValue("X-Penstock-Record-Id").orElse("");

    JsonNode call = master.get("v2/audit/events/" + id).json(200);

    assertThat(call.path("event").asString()).isEqualTo("GET /v2/storage/buckets");
    assertThat(call.path("logIndex").isNull()).isTrue();
  }

  @Test
  void whatIsNotThereIsToldInTheEnvelope() {
    master.get("v2/audit/nothing").assertRefused(404, "notFound");
    master.get("v2/audit").assertRefused(404, "notFound");
    assertThat(master.call("POST", "v2/audit/events", Map.of()).status()).isIn(404, 405);
    assertThat(master.with("").get("v2/audit/events").json(401).path("error").asString())
        .isNotEmpty();
  }

  private static String ended(Client.Answer answer) {
    String call = answer.response().headers().firstValue("X-Penstock-Record-Id").orElseThrow();
    return GATEWAY
        .jdbc()
        .sql(
            "SELECT body FROM outbox_record WHERE body::jsonb ->> 'kind' = 'CALL_ENDED' AND body"
                + " LIKE '%' || :call || '%'")
        .param("call", call)
        .query(String.class)
        .single();
  }

  static String page(KeptRecord... records) {
    return Json.write(Map.of("records", List.of(records), "total", -1));
  }

  /** A page that ended for its bytes. */
  static String cutPage(KeptRecord... records) {
    return Json.write(Map.of("records", List.of(records), "total", 3, "cut", true));
  }

  /** A record of some 100 kB. */
  static AuditRecord large() {
    return record(1, "x".repeat(100_000));
  }

  static KeptRecord kept(long index, AuditRecord record) {
    return new KeptRecord(index, record);
  }

  static AuditRecord record(int n, String operation) {
    return new AuditRecord(
        new UUID(ID.getMostSignificantBits(), ID.getLeastSignificantBits() - 1 + n),
        0,
        Kind.CALL,
        Instant.parse("2030-01-01T10:00:00.000001Z").plusSeconds(n),
        1L,
        GATEWAY.project,
        new Actor("token", "1", "somebody"),
        new Source("10.0.0.1", "client/1", null),
        operation,
        new AuditObject("bucket", "in.c-nobodys", "nobodys"),
        Outcome.REFUSED,
        404,
        12,
        null,
        "x-1",
        "storage",
        null,
        "error",
        "not found",
        "",
        Map.of("a", 1),
        Map.of(),
        List.of());
  }
}
