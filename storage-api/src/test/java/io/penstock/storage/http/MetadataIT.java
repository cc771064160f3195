package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.storage.http.Client.Answer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

class MetadataIT {
  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();
  private final String bucket = master.newBucket();
  private final TableOf table = TableOf.columns(gateway, master, bucket, "id", "name");

  private static Map<String, Object> body(Object... items) {
    return Map.of("provider", "user", "metadata", List.of(items));
  }

  private static Map<String, String> item(String key, String value) {
    return Map.of("key", key, "value", value);
  }

  private static List<String> keys(JsonNode items) {
    return items.valueStream().map(each -> each.path("key").asString()).toList();
  }

  @Test
  void itemHasTheContractsFieldsAndTheAnswerIsAllOfThem() {
    String path = "buckets/" + bucket + "/metadata";
    master
        .post(path, Map.of("provider", "system", "metadata", List.of(item("KBC.by", "x"))))
        .json(201);

    JsonNode items = master.post(path, body(item("KBC.description", "Users"))).json(201);

    assertThat(items).hasSize(2);
    assertThat(items.get(1).propertyNames())
        .containsExactly("id", "key", "value", "provider", "timestamp");
    assertThat(items.get(1).path("id").isString()).isTrue();
    assertThat(items.get(1).path("value").asString()).isEqualTo("Users");
    assertThat(items.get(1).path("timestamp").asString()).endsWith("+0000");
    assertThat(master.get(path).json(200)).isEqualTo(items);
    assertThat(master.get("buckets/" + bucket).json(200).path("metadata")).isEqualTo(items);
    assertThat(table.detail().path("bucket").path("metadata")).isEqualTo(items);
  }

  @Test
  void sameKeyKeepsItsIdAndGetsANewTimestampEvenForTheSameValue() {
    String path = table.path() + "/metadata";
    JsonNode first = master.post(path, body(item("a", "1"), item("b", "2"))).json(201);
    gateway
        .jdbc()
        .sql("UPDATE metadata SET updated_at = now() - interval '1 hour' WHERE object_id = :id")
        .param("id", table.id())
        .update();

    JsonNode second = master.post(path, body(item("a", "1"))).json(201).path("metadata");
    JsonNode otherProvider =
        master.postForm(path, "provider=other&metadata[0][key]=a&metadata[0][value]=3").json(201);

    JsonNode before = first.path("metadata");
    assertThat(second).hasSize(2);
    assertThat(second.get(0).path("id")).isEqualTo(before.get(0).path("id"));
    assertThat(second.get(0).path("timestamp").asString())
        .isGreaterThan(second.get(1).path("timestamp").asString());
    assertThat(otherProvider).hasSize(3);
  }

  @Test
  void tablesAnswerDependsOnTheBodysKind() {
    String path = table.path() + "/metadata";

    JsonNode json =
        master
            .post(
                path,
                Map.of(
                    "provider", "user",
                    "metadata", List.of(item("a", "1")),
                    "columnsMetadata", Map.of("id", List.of(item("c", "2")))))
            .json(201);
    JsonNode form =
        master.postForm(path, "provider=user&metadata[0][key]=b&metadata[0][value]=3").json(201);

    assertThat(json.propertyNames()).containsExactly("metadata", "columnsMetadata");
    assertThat(keys(json.path("metadata"))).containsExactly("a");
    assertThat(keys(json.path("columnsMetadata").path("id"))).containsExactly("c");
    assertThat(form.isArray()).isTrue();
    assertThat(keys(form)).containsExactly("a", "b");
  }

  @TestFactory
  Stream<DynamicTest> columnsMetadataComesInEveryShape() {
    Map<String, String> named = Map.of("key", "k", "value", "v", "columnName", "name");
    Map<String, Object> shapes = new HashMap<>();
    shapes.put("by column", Map.of("name", List.of(item("k", "v"))));
    shapes.put("by any key, the item names its column", Map.of("all", List.of(named)));
    shapes.put("by another column's name", Map.of("id", List.of(named)));
    shapes.put("list of lists", List.of(List.of(named)));
    shapes.put("list of items", List.of(named));
    shapes.put("item instead of a list", Map.of("name", item("k", "v")));
    return shapes.entrySet().stream()
        .map(
            shape ->
                DynamicTest.dynamicTest(
                    shape.getKey(),
                    () -> {
                      TableOf fresh = TableOf.columns(gateway, master, bucket, "id", "name");
                      JsonNode answer =
                          master
                              .post(
                                  fresh.path() + "/metadata",
                                  Map.of("provider", "user", "columnsMetadata", shape.getValue()))
                              .json(201);

                      JsonNode columns = answer.path("columnsMetadata");
                      assertThat(columns.propertyNames()).containsExactly("name");
                      assertThat(keys(columns.path("name"))).containsExactly("k");
                      assertThat(answer.path("metadata")).isEmpty();
                    }));
  }

  @Test
  void formNamesColumnsInBrackets() {
    master
        .postForm(
            table.path() + "/metadata",
            "provider=user&columnsMetadata[name][0][key]=k&columnsMetadata[name][0][value]=v")
        .json(201);

    JsonNode column = master.get("columns/" + table.label() + ".name/metadata").json(200);
    assertThat(keys(column)).containsExactly("k");
    assertThat(table.detail().path("columnMetadata").path("name")).isEqualTo(column);
    assertThat(table.detail().path("metadata")).isEmpty();
  }

  @Test
  void columnsHaveTheirOwn() {
    TableOf odd = TableOf.columns(gateway, master, bucket, "id", "a.b c/d");
    String path = "columns/" + odd.label() + ".a.b%20c%2Fd/metadata";

    JsonNode items = master.post(path, body(item("k", "v"))).json(201);

    assertThat(master.get(path + "/").json(200)).isEqualTo(items);
    assertThat(master.delete(path + "/" + items.get(0).path("id").asString()).status())
        .isEqualTo(204);
    assertThat(master.get(path).json(200)).isEmpty();
    for (String nowhere : List.of(odd.label() + ".nope", odd.label(), "x")) {
      Answer answer = master.get("columns/" + nowhere + "/metadata");
      answer.assertRefused(404, "storage.tables.columnNotExists");
    }
  }

  @Test
  void branchsItemsHaveNoProvider() {
    Map<String, Object> body = Map.of("metadata", List.of(item("KBC.branch", "x")));

    JsonNode items = master.post("branch/default/metadata", body).json(201);

    assertThat(items.get(0).propertyNames()).containsExactly("id", "key", "value", "timestamp");
    assertThat(master.get("branch/5/metadata/").json(200)).isEqualTo(items);
    master.get("branch/6/metadata").assertRefused(404, "storage.branches.notFound");
    gateway.limited().post("branch/default/metadata", body).assertRefused(403, "accessDenied");
    String one = "branch/default/metadata/" + items.get(0).path("id").asString();
    gateway.limited().delete(one).assertRefused(403, "accessDenied");
    assertThat(gateway.client(false, true, false).delete(one).status()).isEqualTo(204);
    assertThat(gateway.limited().get("branch/default/metadata").json(200)).isEmpty();
  }

  @Test
  void nullIsAnEmptyValueAndOfTwoEqualKeysTheLastOneCounts() {
    Map<String, Object> nothing = new HashMap<>();
    nothing.put("key", "k");
    nothing.put("value", null);

    JsonNode items =
        master
            .post(table.path() + "/metadata", body(item("k", "first"), item("l", "x"), nothing))
            .json(201)
            .path("metadata");

    assertThat(keys(items)).containsExactly("k", "l");
    assertThat(items.get(0).path("value").asString()).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> wrongItemsAreRefusedAndNothingChanges() {
    String long256 = "k".repeat(256);
    String structure = "storage.metadata.invalidStructure";
    String key = "storage.metadata.invalidKey";
    String provider = "storage.metadata.invalidProvider";
    List<Map.Entry<Map<String, Object>, String>> bodies =
        List.of(
            Map.entry(Map.of(), provider),
            Map.entry(Map.of("metadata", List.of(item("k", "v"))), provider),
            Map.entry(Map.of("provider", "", "metadata", List.of(item("k", "v"))), provider),
            Map.entry(Map.of("provider", List.of(), "metadata", List.of()), provider),
            Map.entry(Map.of("provider", "p".repeat(256), "metadata", List.of()), provider),
            Map.entry(Map.of("provider", "user"), structure),
            Map.entry(body(), structure),
            Map.entry(Map.of("provider", "user", "metadata", "x"), structure),
            Map.entry(Map.of("provider", "user", "metadata", 5), structure),
            Map.entry(body("x"), structure),
            Map.entry(body(Map.of("key", "k")), structure),
            Map.entry(body(Map.of("value", "v")), structure),
            Map.entry(body(Map.of("key", List.of(), "value", "v")), structure),
            Map.entry(body(Map.of("key", "k", "value", List.of())), structure),
            Map.entry(body(item("", "v")), key),
            Map.entry(body(item("a b", "v")), key),
            Map.entry(body(item("ä", "v")), key),
            Map.entry(body(item("'; DROP TABLE metadata; --", "v")), key),
            Map.entry(body(item("k", "v"), item(long256, "v")), key),
            Map.entry(body(item("k", "v".repeat(1024 * 1024 + 1))), structure));
    return bodies.stream()
        .map(
            wrong ->
                DynamicTest.dynamicTest(
                    wrong.getValue() + " " + String.valueOf(wrong.getKey()).substring(0, 2),
                    () -> {
                      String state = gateway.everything();
                      for (String path :
                          List.of(
                              "buckets/" + bucket,
                              table.path(),
                              "columns/" + table.label() + ".name")) {
                        master
                            .post(path + "/metadata", wrong.getKey())
                            .assertRefused(400, wrong.getValue());
                      }
                      assertThat(gateway.everything()).isEqualTo(state);
                    }));
  }

  @Test
  void wrongColumnsAreRefusedAndNothingChanges() {
    String path = table.path() + "/metadata";
    String state = gateway.everything();

    for (Object unknown :
        List.of(Map.of("nope", List.of(item("k", "v"))), Map.of("ID", List.of(item("k", "v"))))) {
      master
          .post(
              path,
              Map.of(
                  "provider",
                  "user",
                  "metadata",
                  List.of(item("k", "v")),
                  "columnsMetadata",
                  unknown))
          .assertRefused(400, "storage.tables.columnNotExists");
    }
    for (Object shapeless : List.of("x", 5, List.of(5), List.of(item("k", "v")), Map.of("id", 5))) {
      master
          .post(path, Map.of("provider", "user", "columnsMetadata", shapeless))
          .assertRefused(400, "storage.metadata.invalidStructure");
    }
    assertThat(gateway.everything()).isEqualTo(state);
  }

  @Test
  void onlyTheObjectsOwnItemsAreRemovedByItsPath() {
    JsonNode ofTable =
        master.post(table.path() + "/metadata", body(item("k", "v"))).json(201).path("metadata");
    String id = ofTable.get(0).path("id").asString();

    for (String path :
        List.of(
            "buckets/" + bucket + "/metadata/" + id,
            "columns/" + table.label() + ".name/metadata/" + id,
            "branch/default/metadata/" + id,
            table.path() + "/metadata/0",
            table.path() + "/metadata/abc",
            table.path() + "/metadata/99999999999999999999")) {
      Answer answer = master.delete(path);
      answer.assertRefused(404, "storage.metadata.notFound");
      assertThat(answer.json().path("error").asString())
          .startsWith("The supplied metadata ID was not found");
    }
    assertThat(master.get(table.path() + "/metadata").json(200)).isEqualTo(ofTable);
    assertThat(master.delete(table.path() + "/metadata/" + id).status()).isEqualTo(204);
    master.delete(table.path() + "/metadata/" + id).assertRefused(404, "storage.metadata.notFound");
  }

  @Test
  void readersReadAndOnlyWritersWrite() {
    Client reader = gateway.limited();
    gateway.grant(reader, bucket, "READ");
    Client writer = gateway.limited();
    gateway.grant(writer, bucket, "WRITE");
    Client nobody = gateway.limited();
    List<String> paths =
        List.of("buckets/" + bucket, table.path(), "columns/" + table.label() + ".name");
    for (String path : paths) {
      writer.post(path + "/metadata", body(item("k", "v"))).json(201);
    }
    String state = gateway.everything();

    for (String path : paths) {
      String metadata = path + "/metadata";
      JsonNode items = reader.get(metadata).json(200);
      assertThat(keys(items)).containsExactly("k");
      String item = metadata + "/" + items.get(0).path("id").asString();
      for (Supplier<Answer> call :
          List.<Supplier<Answer>>of(
              () -> reader.post(metadata, body(item("k", "w"))),
              () -> reader.delete(item),
              () -> nobody.get(metadata),
              () -> nobody.post(metadata, body(item("k", "w"))),
              () -> nobody.delete(item))) {
        call.get().assertRefused(403, "accessDenied");
      }
    }
    assertThat(gateway.everything()).isEqualTo(state);
  }

  @Test
  void itVanishesWithItsColumnItsTableAndItsBucket() {
    master.post("buckets/" + bucket + "/metadata", body(item("k", "v"))).json(201);
    master
        .post(
            table.path() + "/metadata",
            Map.of(
                "provider",
                "user",
                "metadata",
                List.of(item("k", "v")),
                "columnsMetadata",
                Map.of("id", List.of(item("k", "v")), "name", List.of(item("k", "v")))))
        .json(201);

    table.become("id", "other");
    assertThat(table.detail().path("columnMetadata").propertyNames()).containsExactly("id");
    table.become("id", "name");
    assertThat(table.detail().path("columnMetadata").propertyNames()).containsExactly("id");

    assertThat(master.delete("buckets/" + bucket + "?force=1").status()).isEqualTo(204);
    assertThat(
            gateway
                .jdbc()
                .sql(
                    """
                    SELECT count(*) FROM metadata m JOIN data_table t ON t.id = :table
                    WHERE m.object_id = t.id AND m.kind = 'TABLE' OR m.object_id = t.bucket_id AND m.kind = 'BUCKET'
                    """)
                .param("table", table.id())
                .query(Long.class)
                .single())
        .isZero();
  }

  @Test
  void aliasesHaveTheirOwnWhichVanishesWithTheColumnOfTheirRoot() {
    String alias = bucket + ".alias";
    master
        .post(
            "buckets/" + bucket + "/table-aliases",
            Map.of("sourceTable", table.label(), "name", "alias"))
        .json(201);
    Map<String, Object> both =
        Map.of(
            "provider",
            "user",
            "columnsMetadata",
            Map.of("id", List.of(item("k", "v")), "name", List.of(item("k", "v"))));
    master.post("tables/" + alias + "/metadata", both).json(201);

    assertThat(table.detail().path("columnMetadata")).isEmpty();
    assertThat(master.get("tables/" + alias).json(200).path("columnMetadata").propertyNames())
        .containsExactlyInAnyOrder("id", "name");

    table.become("id", "other");
    assertThat(master.get("tables/" + alias).json(200).path("columnMetadata").propertyNames())
        .containsExactly("id");
  }

  /** Whatever others have written, however much, is not read for it. */
  @Test
  void columnsMetadataIsForgottenByTheIndex() {
    master
        .post(
            table.path() + "/metadata",
            Map.of("provider", "user", "columnsMetadata", Map.of("name", List.of(item("k", "v")))))
        .json(201);

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
                      INSERT INTO metadata (project_id, kind, object_id, column_name, provider, key, value, updated_at)
                      SELECT 12, 'TABLE', -i, 'name', '', 'k', '', now() FROM generate_series(1, 20000) i;
                      ANALYZE metadata
                      """)
                  .update();
              long before = gateway.rowsRead("metadata");

              table.become("id", "other");

              assertThat(gateway.rowsRead("metadata") - before).isEqualTo(1);
            });
  }

  /** The column goes between the moment in which the table was found and that of the writing. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsWrittenOntoAColumnThatIsJustGoing(boolean ofAnAlias) throws Exception {
    String label = ofAnAlias ? bucket + ".alias" : table.label();
    if (ofAnAlias) {
      master
          .post(
              "buckets/" + bucket + "/table-aliases",
              Map.of("sourceTable", table.label(), "name", "alias"))
          .json(201);
    }
    Future<Answer> written;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      written =
          gateway
              .context
              .getBean(TransactionTemplate.class)
              .execute(
                  _ -> {
                    table.become("id", "other");
                    Future<Answer> writing =
                        threads.submit(
                            () ->
                                master.post(
                                    "tables/" + label + "/metadata",
                                    Map.of(
                                        "provider",
                                        "user",
                                        "columnsMetadata",
                                        Map.of("name", List.of(item("k", "v"))))));
                    await().until(() -> writing.isDone() || waitsForALock());
                    return writing;
                  });
    }

    written.get().assertRefused(400, "storage.tables.columnNotExists");
    table.become("id", "name");
    assertThat(master.get("tables/" + label).json(200).path("columnMetadata")).isEmpty();
  }

  private boolean waitsForALock() {
    return gateway
        .jdbc()
        .sql("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')")
        .query(Boolean.class)
        .single();
  }

  @Test
  void listsShowWhatIncludeNames() {
    master
        .post(
            table.path() + "/metadata",
            Map.of(
                "provider",
                "user",
                "metadata",
                List.of(item("k", "v")),
                "columnsMetadata",
                Map.of("id", List.of(item("c", "v")))))
        .json(201);
    String list = "buckets/" + bucket + "/tables";

    JsonNode saidNothing = master.get(list).json(200).get(0);
    JsonNode named =
        master.get(list + "?include=buckets,columns,metadata,columnMetadata").json(200).get(0);
    JsonNode none = table.in(master.get("tables?include=").json(200));
    JsonNode inDetail =
        master.get("buckets/" + bucket + "?include=metadata,columns").json(200).path("tables");

    assertThat(keys(saidNothing.path("metadata"))).containsExactly("k");
    assertThat(saidNothing.propertyNames())
        .contains("bucket", "attributes")
        .doesNotContain("columns", "columnMetadata");
    assertThat(keys(named.path("columnMetadata").path("id"))).containsExactly("c");
    assertThat(named.path("bucket").path("id").asString()).isEqualTo(bucket);
    assertThat(named.propertyNames()).doesNotContain("attributes");
    assertThat(none.propertyNames())
        .doesNotContain("bucket", "metadata", "columnMetadata", "attributes", "columns");
    assertThat(inDetail.get(0).propertyNames())
        .contains("metadata", "columns")
        .doesNotContain("bucket", "attributes", "columnMetadata");
    assertThat(master.get("buckets/" + bucket).json(200).path("tables").isString()).isTrue();
  }

  @Test
  void whoeverSetsTheSameItemsTheOtherWayRoundWaitsForNobodyForEver() throws Exception {
    List<Map<String, String>> items =
        IntStream.range(0, 200).mapToObj(i -> item("k" + i, "v")).toList();
    Callable<Integer> forth =
        () -> master.post(table.path() + "/metadata", body(items.toArray())).status();
    Callable<Integer> back =
        () -> master.post(table.path() + "/metadata", body(items.reversed().toArray())).status();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(threads.invokeAll(List.of(forth, back, forth, back, forth, back)))
          .extracting(Future::resultNow)
          .containsOnly(201);
    }
    assertThat(master.get(table.path() + "/metadata").json(200)).hasSize(200);
  }

  @Test
  void eventTellsTheKeysAndNeverTheValues() {
    master.post(table.path() + "/metadata", body(item("k", "hidden-value"))).json(201);

    String event =
        gateway
            .jdbc()
            .sql(
                "SELECT body FROM outbox_record WHERE body LIKE '%\"storage.tableMetadataSet\"%'"
                    + " AND body LIKE :id")
            .param("id", "%" + table.label() + "\"%")
            .query(String.class)
            .single();
    assertThat(event).contains("\"keys\":[\"k\"]").doesNotContain("hidden-value");
  }
}
