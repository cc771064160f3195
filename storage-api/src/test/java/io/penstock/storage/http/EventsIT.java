package io.penstock.storage.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.storage.record.RecordRelay;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

class EventsIT {
  private final Gateway gateway = Gateway.get();
  private final Client client = gateway.limited();

  @Test
  void createdEventIsReadableAtOnceByEitherKey() {
    JsonNode created =
        client
            .post(
                "events",
                Map.of(
                    "component", "ex-demo",
                    "message", "done",
                    "type", "success",
                    "duration", 2,
                    "params", "{\"rows\":3}",
                    "results", "{\"files\":[1]}"))
            .json(201);
    assertThat(created.path("id").isString()).isTrue();
    assertThat(created.path("uuid").asString()).matches("[0-9a-f-]{36}");

    JsonNode byUuid = client.get("events/" + created.path("uuid").asString()).json(200);
    JsonNode byId = client.get("events/" + created.path("id").asString()).json(200);

    assertThat(byId).isEqualTo(byUuid);
    assertThat(byUuid.propertyNames())
        .containsExactly(
            "id",
            "uuid",
            "event",
            "component",
            "configurationId",
            "message",
            "description",
            "type",
            "runId",
            "created",
            "objectId",
            "objectName",
            "objectType",
            "idBranch",
            "context",
            "params",
            "results",
            "performance",
            "token",
            "uri",
            "attachments");
    assertThat(byUuid.path("event").asString()).isEqualTo("ext.ex-demo.");
    assertThat(byUuid.path("params").path("rows").asInt()).isEqualTo(3);
    assertThat(byUuid.path("results").toString()).isEqualTo("{\"files\":[1]}");
    assertThat(byUuid.path("performance").path("duration").asDouble()).isEqualTo(2.0);
    assertThat(byUuid.path("token").path("id").asLong()).isEqualTo(client.tokenId());
  }

  @Test
  void partsThatWereNotGivenAreEmptyObjects() {
    String empty =
        "{\"component\":\"ex-demo\",\"message\":\"done\",\"params\":null,\"results\":[]}";

    JsonNode created = client.post("events", "application/json", empty.getBytes(UTF_8)).json(201);

    JsonNode event = client.get("events/" + created.path("uuid").asString()).json(200);
    for (String part : List.of("params", "results", "performance")) {
      assertThat(event.path(part).toString()).as(part).isEqualTo("{}");
    }
  }

  @Test
  void orderMayBeWrittenInAnyCase() {
    for (String order : List.of("ASC", "asc", "Desc")) {
      client.get("events?sortOrder=" + order).json(200);

      JsonNode query = Json.mapper().readTree(gateway.lastSearch.get());
      assertThat(query.path("paging").path("ascending").asBoolean())
          .isEqualTo(order.equalsIgnoreCase("asc"));
    }
  }

  @Test
  void othersEventsAreNotFound() {
    JsonNode created =
        gateway.master().post("events", Map.of("component", "x", "message", "y")).json(201);

    client
        .get("events/" + created.path("uuid").asString())
        .assertRefused(404, "storage.events.notFound");
    client.get("events/nonsense").assertRefused(404, "storage.events.notFound");
    client.get("events/99999999999").assertRefused(404, "storage.events.notFound");
  }

  @Test
  void searchIsLimitedToWhatTheTokenMaySee() {
    String bucket = gateway.master().newBucket();
    gateway.grant(client, bucket, "READ");

    client.get("events?limit=7&q=type:error&runId=5").json(200);

    JsonNode query = Json.mapper().readTree(gateway.lastSearch.get());
    assertThat(query.path("projectId").asLong()).isEqualTo(12);
    assertThat(query.path("viewer").path("tokenId").asString())
        .isEqualTo(Long.toString(client.tokenId()));
    assertThat(query.path("viewer").path("objects"))
        .extracting(JsonNode::asString)
        .containsExactly("bucket:" + bucket);
    assertThat(query.path("paging").path("limit").asInt()).isEqualTo(7);
    assertThat(query.path("where").path("kinds").get(0).asString()).isEqualTo("EVENT");
  }

  @Test
  void searchWaitsForItsCallersLastEventAndNotLong() {
    client.get("events").json(200);
    String event =
        client
            .post("events", Map.of("component", "x", "message", "y"))
            .json(201)
            .path("uuid")
            .asString();
    assertThat(unconfirmed(client)).isTrue();
    assertThat(unconfirmed(gateway.limited())).isFalse();

    long begun = System.nanoTime();
    client.get("events").json(200);

    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofMillis(1990), Duration.ofSeconds(20));
    gateway
        .jdbc()
        .sql("DELETE FROM outbox_record WHERE id = CAST(:id AS uuid)")
        .param("id", event)
        .update();
    assertThat(unconfirmed(client)).as("after it was confirmed").isFalse();
  }

  /** audit-service is away: nobody waits for records that are old, and no search reads them. */
  @Test
  void searchDoesNotReadTheBacklogOfAnOutage() {
    gateway
        .context
        .getBean(TransactionTemplate.class)
        .executeWithoutResult(
            status -> {
              status.setRollbackOnly();
              gateway
                  .jdbc()
                  .sql(
                      """
                      INSERT INTO outbox_record (id, project_id, body, event_of, created_at, lease_until)
                      SELECT gen_random_uuid(), 12, '{}', CASE WHEN i % 2 = 0 THEN :token END,
                             now() - interval '1 minute', now() + interval '1 hour'
                      FROM generate_series(1, 5000) i
                      """)
                  .param("token", Long.toString(client.tokenId()))
                  .update();

              long before = gateway.rowsRead("outbox_record");

              assertThat(unconfirmed(client)).isFalse();

              assertThat(gateway.rowsRead("outbox_record") - before)
                  .as("records read")
                  .isLessThan(10);
            });
  }

  private boolean unconfirmed(Client whose) {
    return gateway
        .context
        .getBean(RecordRelay.class)
        .hasUnconfirmedEventsOf(gateway.project, whose.tokenId());
  }

  @Test
  void eventsOfABucketAreThoseOfItsObject() {
    String bucket = gateway.master().newBucket();
    gateway.grant(client, bucket, "READ");

    client.get("buckets/" + bucket + "/events").json(200);

    JsonNode query = Json.mapper().readTree(gateway.lastSearch.get());
    assertThat(query.path("viewer").path("tokenId").isNull()).isTrue();
    assertThat(query.path("where").path("objectId").asString()).isEqualTo(bucket);
  }

  @Test
  void listNeitherCountsNorHasAnEnvelopeUnlessAskedTo() {
    client.get("events?since=2030-01-01T10:00:00Z&until=2030-01-02").json(200);

    JsonNode query = Json.mapper().readTree(gateway.lastSearch.get());
    assertThat(query.path("where").path("since").asString()).isEqualTo("2030-01-01T10:00:00Z");
    assertThat(query.path("where").path("until").asString()).isEqualTo("2030-01-02T00:00:00Z");
    assertThat(query.path("counting").path("total").asBoolean()).isFalse();
  }

  @Test
  void facetsAndHistogramStandBesideTheEvents() {
    gateway.searchAnswers.add(
        """
        {"records":[],"total":7,"facets":{"type":[{"value":"error","count":4},{"value":"info","count":3}]},
         "histogram":[{"from":"2030-01-01T10:00:00Z","count":7}]}
        """);

    JsonNode answer =
        client.get("events?facets=type,outcome&facetValues=5&histogram=hour").json(200);

    assertThat(answer.toString())
        .isEqualTo(
            """
            {"events":[],"total":7,"facets":{"type":[{"value":"error","count":4},{"value":"info","count":3}]},\
            "histogram":[{"from":"2030-01-01T10:00:00+0000","count":7}]}\
            """);
    JsonNode counting = Json.mapper().readTree(gateway.lastSearch.get()).path("counting");
    assertThat(counting.path("facets"))
        .extracting(JsonNode::asString)
        .containsExactlyInAnyOrder("TYPE", "OUTCOME");
    assertThat(counting.path("values").asInt()).isEqualTo(5);
    assertThat(counting.path("histogram").asString()).isEqualTo("HOUR");
  }

  @Test
  void badListParametersAreRefused() {
    for (String wrong :
        List.of("facets=secret", "histogram=year", "facetValues=0", "since=never", "q[]=a")) {
      client.get("events?" + wrong).assertRefused(400, "storage.validation");
    }
    client.get("events?limit=10001").assertRefused(400, "storage.validation");
    client.get("events?limit=foo").assertRefused(400, "storage.validation");
    client.get("tokens/abc/events").assertRefused(404, "notFound");
    client
        .get("tokens/" + gateway.master().tokenId() + "/events")
        .assertRefused(403, "accessDenied");
  }

  @Test
  void indexNeedsNoTokenAndLeavesComponentsOut() {
    Client nobody = new Client(client.address(), "", 0);

    assertThat(nobody.get("?exclude=components").json(200).propertyNames())
        .contains("api", "version", "revision", "documentation", "services", "urlTemplates")
        .doesNotContain("components");
    JsonNode index = nobody.get("").json(200);
    assertThat(index.path("components").isArray()).isTrue();
    assertThat(index.path("features").isArray()).isTrue();
    assertThat(index.path("features").toString())
        .as("or Go would leave the prefix on the names of buckets")
        .doesNotContain("disable-legacy-bucket-prefix");
  }
}
