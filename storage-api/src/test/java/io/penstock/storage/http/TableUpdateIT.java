package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.storage.http.Client.Answer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TableUpdateIT {
  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();
  private final String bucket = master.newBucket();
  private final TableOf table =
      TableOf.columns(gateway, master, bucket, "id", "a", "b", "c", "d", "e");

  @Test
  void displayNameChangesAndTheAnswerIsTheDetail() {
    JsonNode before = table.detail();

    JsonNode changed = master.put(table.path(), Map.of("displayName", "Shown-Name")).json(200);

    assertThat(changed.path("displayName").asString()).isEqualTo("Shown-Name");
    assertThat(changed.path("name")).isEqualTo(before.path("name"));
    assertThat(changed.propertyNames()).containsExactlyElementsOf(before.propertyNames());
    assertThat(table.detail()).isEqualTo(changed);
    assertThat(master.put(table.path(), Map.of("displayName", "Shown-Name")).status())
        .isEqualTo(200);
  }

  @Test
  void asyncMakesItAJobThatHasEnded() {
    JsonNode job = master.put(table.path() + "?async=1", Map.of("displayName", "x")).json(202);

    assertThat(job.path("operationName").asString()).isEqualTo("tableUpdate");
    assertThat(job.path("tableId").asString()).isEqualTo(table.label());
    JsonNode ended = master.get("jobs/" + job.path("id").asLong()).json(200);
    assertThat(ended.path("status").asString()).isEqualTo("success");
    assertThat(ended.path("results")).isEqualTo(table.detail());
  }

  @Test
  void wrongNamesAreRefusedAndNothingChanges() {
    TableOf other = TableOf.columns(gateway, master, bucket, "id");
    master.put(other.path(), Map.of("displayName", "Taken")).json(200);
    String state = gateway.everything();

    for (String async : List.of("", "?async=1")) {
      String path = table.path() + async;
      for (Map<String, Object> wrong :
          List.<Map<String, Object>>of(
              Map.of(),
              Map.of("displayName", ""),
              Map.of("displayName", "_x"),
              Map.of("displayName", "a b"),
              Map.of("displayName", "x".repeat(93)))) {
        master.put(path, wrong).assertRefused(400, "storage.tables.validation");
      }
      Answer taken = master.put(path, Map.of("displayName", "Taken"));
      taken.assertRefused(400, "storage.buckets.tableAlreadyExists");
      assertThat(taken.json().path("error").asString())
          .isEqualTo(
              "The table \"%s\" in the bucket already has the same display name \"Taken\"."
                  .formatted(other.label().substring(bucket.length() + 1)));
      master
          .put("tables/" + bucket + ".nope" + async, Map.of("displayName", "x"))
          .assertRefused(404, "storage.tables.notFound");
    }
    master.put(table.path(), Map.of("selectSql", "SELECT 1")).assertRefused(501, "notImplemented");
    assertThat(gateway.everything()).isEqualTo(state);
  }

  @Test
  void raceForADisplayNameHasOneWinner() throws Exception {
    TableOf other = TableOf.columns(gateway, master, bucket, "id");
    List<Callable<Integer>> calls =
        List.of(
            () -> master.put(table.path(), Map.of("displayName", "race")).status(),
            () -> master.put(other.path(), Map.of("displayName", "race")).status());

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(threads.invokeAll(calls))
          .extracting(Future::resultNow)
          .containsExactlyInAnyOrder(200, 400);
    }
  }

  private List<String> indexed() {
    return table.detail().path("indexedColumns").valueStream().map(JsonNode::asString).toList();
  }

  @Test
  void indexedColumnsAreKeptBesideThoseOfTheKey() {
    String path = table.path() + "/indexed-columns";
    assertThat(indexed()).containsExactly("id");

    for (String name : List.of("id", "b", "b", "A")) {
      assertThat(master.post(path, Map.of("name", name)).status()).as(name).isEqualTo(204);
    }

    assertThat(indexed()).containsExactly("id", "b", "a");
    assertThat(master.delete(path + "/b").status()).isEqualTo(204);
    assertThat(indexed()).containsExactly("id", "a");
    table.become("id", "b", "c");
    assertThat(indexed()).containsExactly("id");
  }

  @Test
  void indexedColumnsAreBoundedAndMustBeThere() {
    String path = table.path() + "/indexed-columns";
    for (String name : List.of("a", "b", "c", "d")) {
      assertThat(master.postForm(path, "name=" + name).status()).isEqualTo(204);
    }
    String state = gateway.everything();

    master
        .post(path, Map.of("name", "e"))
        .assertRefused(400, "storage.tables.indexedColumnsCountExceed");
    master.post(path, Map.of("name", "x")).assertRefused(400, "storage.tables.columnNotExists");
    master.post(path, Map.of()).assertRefused(400, "storage.tables.validation");
    for (String name : List.of("e", "id", "nope")) {
      master.delete(path + "/" + name).assertRefused(400, "storage.tables.columnNotIndexed");
    }
    assertThat(gateway.everything()).isEqualTo(state);
  }

  @Test
  void columnThatAnAliasFiltersByStaysIndexedAndAnAliasHasNoIndexOfItsOwn() {
    String path = table.path() + "/indexed-columns";
    assertThat(master.post(path, Map.of("name", "a")).status()).isEqualTo(204);
    JsonNode alias =
        master
            .post(
                "buckets/" + bucket + "/table-aliases",
                Map.of(
                    "sourceTable",
                    table.label(),
                    "name",
                    "filtered",
                    "aliasFilter",
                    Map.of("column", "a", "values", List.of("x"))))
            .json(201);
    String state = gateway.everything();

    master
        .delete(path + "/a")
        .assertRefused(400, "storage.tables.cannotRemoveReferencedColumnFromIndexed");
    master
        .post("tables/" + alias.path("id").asString() + "/indexed-columns", Map.of("name", "b"))
        .assertRefused(400, "storage.tables.aliasImportNotAllowed");
    assertThat(gateway.everything()).isEqualTo(state);
    assertThat(master.delete("tables/" + alias.path("id").asString()).status()).isEqualTo(204);
    assertThat(master.delete(path + "/a").status()).isEqualTo(204);
  }

  @Test
  void onlyWritersChangeTables() {
    Client reader = gateway.limited();
    gateway.grant(reader, bucket, "READ");
    Client writer = gateway.limited();
    gateway.grant(writer, bucket, "WRITE");
    String path = table.path() + "/indexed-columns";
    assertThat(writer.post(path, Map.of("name", "a")).status()).isEqualTo(204);
    writer.put(table.path(), Map.of("displayName", "y")).json(200);

    for (Client denied : List.of(reader, gateway.limited())) {
      String state = gateway.everything();
      denied.put(table.path(), Map.of("displayName", "x")).assertRefused(403, "accessDenied");
      denied
          .put(table.path() + "?async=1", Map.of("displayName", "x"))
          .assertRefused(403, "accessDenied");
      denied.post(path, Map.of("name", "b")).assertRefused(403, "accessDenied");
      denied.delete(path + "/a").assertRefused(403, "accessDenied");
      assertThat(gateway.everything()).isEqualTo(state);
    }
  }
}
