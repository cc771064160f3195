package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class BucketsIT {
  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();

  @Test
  void createdBucketHasEveryFieldOfTheContract() {
    String name = Gateway.unique("main");

    JsonNode bucket = master.post("buckets", Map.of("name", name)).json(201);

    assertThat(bucket.path("id").asString()).isEqualTo("in.c-" + name);
    assertThat(bucket.propertyNames())
        .containsExactly(
            "uri",
            "id",
            "name",
            "displayName",
            "idBranch",
            "stage",
            "description",
            "tables",
            "created",
            "lastChangeDate",
            "updated",
            "isReadOnly",
            "dataSizeBytes",
            "rowsCount",
            "isMaintenance",
            "backend",
            "sharing",
            "hasExternalSchema",
            "databaseName",
            "path",
            "backendPath",
            "bucketSharingAllowed",
            "owner",
            "color",
            "isLinkedBucket",
            "attributes",
            "metadata");
    assertThat(bucket.path("tables").asString()).endsWith("/buckets/in.c-" + name + "/tables");
    assertThat(bucket.path("created").asString())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+0000");
    assertThat(bucket.path("sharing").isNull()).isTrue();
  }

  @Test
  void existingBucketIsRefusedWith400() {
    String name = Gateway.unique("twice");
    master.post("buckets", Map.of("name", name)).json(201);

    master
        .post("buckets", Map.of("name", name))
        .assertRefused(400, "storage.buckets.alreadyExists");
    Client.Answer display = master.post("buckets", Map.of("name", name + "x", "displayName", name));
    display.assertRefused(400, "storage.buckets.alreadyExists");
    assertThat(display.json().path("error").asString())
        .isEqualTo("The display name \"" + name + "\" already exists in project.");
  }

  @Test
  void raceForANameHasOneWinner() throws Exception {
    String name = Gateway.unique("race");
    Callable<Integer> call = () -> master.post("buckets", Map.of("name", name)).status();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = threads.invokeAll(List.of(call, call, call, call));

      assertThat(answers)
          .extracting(Future::resultNow)
          .containsExactlyInAnyOrder(201, 400, 400, 400);
    }
  }

  @Test
  void listsHoldOnlyWhatTheTokenMayRead() {
    String readable = master.newBucket();
    String hidden = master.newBucket();
    Client limited = gateway.limited();
    gateway.grant(limited, readable, "READ");

    assertThat(limited.get("buckets").json(200))
        .extracting(bucket -> bucket.path("id").asString())
        .containsExactly(readable);
    limited.get("buckets/" + hidden).assertRefused(403, "accessDenied");
    limited.delete("buckets/" + readable).assertRefused(403, "accessDenied");
    limited.post("buckets", Map.of("name", "x")).assertRefused(403, "accessDenied");
  }

  @Test
  void includeDecidesAboutParts() {
    master.newBucket();

    JsonNode saidNothing = master.get("buckets").json(200).get(0);
    JsonNode empty = master.get("buckets?include=").json(200).get(0);
    JsonNode metadata = master.get("buckets/?include=metadata").json(200).get(0);

    assertThat(saidNothing.propertyNames()).contains("attributes").doesNotContain("metadata");
    assertThat(empty.propertyNames()).doesNotContain("attributes", "metadata");
    assertThat(metadata.propertyNames()).contains("metadata").doesNotContain("attributes");
  }

  @Test
  void unknownBucketIsNotFoundInTheContractsWords() {
    Client.Answer answer = master.get("buckets/in.c-nope");

    answer.assertRefused(404, "storage.buckets.notFound");
    assertThat(answer.json().path("error").asString())
        .isEqualTo("The bucket \"in.c-nope\" was not found in the project \"12\"");
  }

  @Test
  void deletedBucketIsGoneAtOnceAndItsRightsWithIt() {
    String id = master.newBucket();
    Client limited = gateway.limited();
    gateway.grant(limited, id, "READ");
    limited.get("buckets/" + id).json(200);

    Client.Answer deleted = master.delete("buckets/" + id);

    assertThat(deleted.status()).isEqualTo(204);
    assertThat(deleted.body()).isEmpty();
    master.get("buckets/" + id).assertRefused(404, "storage.buckets.notFound");
    assertThat(
            gateway
                .jdbc()
                .sql("SELECT count(*) FROM token_permission WHERE token_id = :id")
                .param("id", limited.tokenId())
                .query(Long.class)
                .single())
        .isZero();
  }

  @Test
  void asynchronousDeletionIsAJob() {
    String id = master.newBucket();

    JsonNode job = master.delete("buckets/" + id + "?async=1").json(202);

    assertThat(job.path("operationName").asString()).isEqualTo("bucketDelete");
    master.get("buckets/" + id).assertRefused(404, "storage.buckets.notFound");
    long jobId = job.path("id").asLong();
    Worker worker = gateway.worker();
    worker.succeeded(worker.receive(jobId));
    assertThat(Worker.finished(master, jobId).path("status").asString()).isEqualTo("success");
  }

  /** PHP lists all of them before it makes one. */
  @Test
  void thousandsAreListedByAsManyStatementsAsOne() {
    Tenant tenant = Tenant.in(gateway, 1);
    Client client = tenant.master();
    String one = client.newBucket();
    String path = "buckets?include=attributes,metadata,linkedBuckets";
    gateway
        .jdbc()
        .sql(
            """
            INSERT INTO bucket (project_id, stage, name, display_name, created_at)
            SELECT :project, 'in', 'c-many' || i, 'many' || i, now() FROM generate_series(1, 4000) i
            """)
        .param("project", tenant.project())
        .update();

    Client reader = tenant.client(false, false);
    gateway
        .jdbc()
        .sql(
            """
            INSERT INTO token_permission (token_id, bucket_id, permission)
            SELECT :token, id, 'READ' FROM bucket WHERE project_id = :project
            """)
        .param("token", reader.tokenId())
        .param("project", tenant.project())
        .update();

    try (Statements statements = Statements.watch()) {
      for (Client either : List.of(client, reader)) {
        long begun = System.nanoTime();
        JsonNode list = either.get(path).json(200);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        assertThat(list).hasSize(4001);
        assertThat(list.get(0).path("id").asString()).isEqualTo(one);
      }
      assertThat(statements.seen("bucket")).as("of both").isNotEmpty().hasSizeLessThan(40);
    } finally {
      gateway
          .jdbc()
          .sql(
              """
              DELETE FROM token_permission WHERE token_id = :token;
              DELETE FROM bucket WHERE project_id = :project
              """)
          .param("token", reader.tokenId())
          .param("project", tenant.project())
          .update();
    }
  }

  @Test
  void readsAreEvents() {
    String bucket = master.newBucket();

    master.get("buckets").json(200);
    master.get("buckets/" + bucket).json(200);

    assertThat(events("body::jsonb -> 'object' ->> 'id' = '" + bucket + "'"))
        .contains("storage.bucketDetail");
    assertThat(events("body::jsonb -> 'actor' ->> 'id' = '" + master.tokenId() + "'"))
        .contains("storage.bucketListed");
  }

  private List<String> events(String condition) {
    return gateway
        .jdbc()
        .sql(
            """
            SELECT body::jsonb ->> 'operation' FROM outbox_record
            WHERE body::jsonb ->> 'kind' = 'EVENT' AND
            """
                + condition)
        .query((rs, _) -> rs.getString(1))
        .list();
  }
}
