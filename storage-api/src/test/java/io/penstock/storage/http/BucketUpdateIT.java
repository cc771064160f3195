package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.storage.http.Client.Answer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class BucketUpdateIT {
  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();
  private final String bucket = master.newBucket();
  private final String path = "buckets/" + bucket;

  @Test
  void onlyWhatIsGivenChanges() {
    JsonNode before = master.get(path).json(200);
    String name = Gateway.unique("Shown-Name");

    JsonNode changed =
        master.put(path + "/", Map.of("displayName", name, "color", "#ff0000")).json(200);

    assertThat(changed.path("displayName").asString()).isEqualTo(name);
    assertThat(changed.path("color").asString()).isEqualTo("#ff0000");
    assertThat(changed.path("description")).isEqualTo(before.path("description"));
    assertThat(changed.path("updated").isString()).isTrue();
    assertThat(changed.path("lastChangeDate")).isEqualTo(before.path("lastChangeDate"));
    assertThat(changed.propertyNames()).containsExactlyElementsOf(before.propertyNames());
    assertThat(master.get(path).json(200)).isEqualTo(changed);
    assertThat(
            master
                .put(path, Map.of("displayName", name, "description", "d", "color", ""))
                .json(200)
                .path("color")
                .isNull())
        .isTrue();
    assertThat(master.put(path, Map.of()).json(200).path("description").asString()).isEqualTo("d");
  }

  @Test
  void asyncInTheQueryOrInTheBodyMakesItAJobThatHasEnded() {
    Map<String, Object> inBody = Map.of("displayName", Gateway.unique("a"), "async", true);
    List<Supplier<Answer>> calls =
        List.of(
            () -> master.put(path, inBody),
            () -> master.put(path + "/?async=1", Map.of("displayName", Gateway.unique("b"))));
    for (Supplier<Answer> call : calls) {
      JsonNode job = call.get().json(202);

      assertThat(job.path("operationName").asString()).isEqualTo("bucketUpdate");
      assertThat(job.path("status").asString()).isEqualTo("waiting");
      JsonNode ended = master.get("jobs/" + job.path("id").asLong()).json(200);
      assertThat(ended.path("status").asString()).isEqualTo("success");
      assertThat(ended.path("results")).isEqualTo(master.get(path).json(200));
      assertThat(ended.has("error")).isFalse();
      assertThat(ended.path("startTime").isString()).isTrue();
    }
  }

  @Test
  void wrongValuesAreRefusedAndNothingChanges() {
    String taken = master.newBucket().substring("in.c-".length());
    String state = gateway.everything();

    for (boolean async : List.of(false, true)) {
      String to = path + (async ? "?async=1" : "");
      for (String wrong : List.of("", "_x", "a b", "ä", "x".repeat(93), "a.b")) {
        Answer answer = master.put(to, Map.of("displayName", wrong));
        answer.assertRefused(400, "storage.buckets.validation");
        assertThat(answer.json().path("error").asString())
            .startsWith("Invalid data - displayName:");
      }
      Answer exists = master.put(to, Map.of("displayName", taken));
      exists.assertRefused(400, "storage.buckets.alreadyExists");
      assertThat(exists.json().path("error").asString())
          .isEqualTo("The display name \"" + taken + "\" already exists in project.");
      master
          .put(to, Map.of("color", "x".repeat(51)))
          .assertRefused(400, "storage.buckets.validation");
      master
          .put(to, Map.of("description", "x".repeat(65_537)))
          .assertRefused(400, "storage.buckets.validation");
      master.put(to, Map.of("displayName", List.of())).assertRefused(400, "storage.validation");
      master
          .put("buckets/in.c-nope" + (async ? "?async=1" : ""), Map.of())
          .assertRefused(404, "storage.buckets.notFound");
    }
    assertThat(gateway.everything()).isEqualTo(state);
  }

  @Test
  void raceForADisplayNameHasOneWinner() throws Exception {
    String name = Gateway.unique("race");
    List<String> buckets = List.of(path, "buckets/" + master.newBucket());
    List<Callable<Integer>> calls =
        buckets.stream()
            .map(
                each ->
                    (Callable<Integer>)
                        () -> master.put(each, Map.of("displayName", name)).status())
            .toList();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(threads.invokeAll(calls))
          .extracting(Future::resultNow)
          .containsExactlyInAnyOrder(200, 400);
    }
  }

  @Test
  void onlyManagersChangeBucketsAndTheirOwners() {
    Client writer = gateway.limited();
    gateway.grant(writer, bucket, "WRITE");
    String state = gateway.everything();

    for (Client denied : List.of(writer, gateway.limited())) {
      String before = gateway.everything();
      denied.put(path, Map.of("displayName", "x")).assertRefused(403, "accessDenied");
      denied.put(path + "?async=1", Map.of("color", "x")).assertRefused(403, "accessDenied");
      denied.post(path + "/owner", Map.of("id", 1)).assertRefused(403, "accessDenied");
      assertThat(gateway.everything()).isEqualTo(before);
    }
    gateway.limited().get(path + "/owner").assertRefused(403, "accessDenied");
    assertThat(state).isNotEmpty();
    gateway.client(false, true, false).put(path, Map.of("color", "x")).json(200);
  }

  @Test
  void ownerIsAMemberOfTheProject() {
    gateway
        .jdbc()
        .sql(
            """
            INSERT INTO membership (project_id, person_id, role, created_at) VALUES (12, 1, 'admin', now())
            ON CONFLICT DO NOTHING;
            INSERT INTO person (email, name, state, created_at) VALUES ('stranger@b', 'S', 'ACTIVE', now())
            ON CONFLICT DO NOTHING
            """)
        .update();
    Client reader = gateway.limited();
    gateway.grant(reader, bucket, "READ");
    assertThat(master.get(path).json(200).path("owner").isNull()).isTrue();
    reader.get(path + "/owner").assertRefused(404, "storage.buckets.owner.notFound");

    JsonNode owner = master.post(path + "/owner", Map.of("email", "A@b")).json(200);

    assertThat(owner.propertyNames()).containsExactly("id", "name", "email");
    assertThat(owner.path("id").asLong()).isEqualTo(1);
    assertThat(reader.get(path + "/owner").json(200)).isEqualTo(owner);
    assertThat(reader.get(path).json(200).path("owner")).isEqualTo(owner);
    assertThat(master.post(path + "/owner", Map.of("id", "1")).json(200)).isEqualTo(owner);
    String state = gateway.everything();
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of(),
            Map.of("email", "stranger@b"),
            Map.of("email", "' OR 1=1"),
            Map.of("id", 0))) {
      master.post(path + "/owner", wrong).assertRefused(400, "storage.buckets.validation");
    }
    master.post(path + "/owner", Map.of("id", "x")).assertRefused(400, "storage.validation");
    assertThat(gateway.everything()).isEqualTo(state);
  }

  @Test
  void structureAndDataOfTablesMoveLastChangeDate() {
    TableOf table = TableOf.columns(gateway, master, bucket, "id");
    assertThat(master.get(path).json(200).path("lastChangeDate").isNull()).isTrue();

    assertThat(master.delete(table.path()).status()).isEqualTo(204);

    assertThat(master.get(path).json(200).path("lastChangeDate").isString()).isTrue();
  }
}
