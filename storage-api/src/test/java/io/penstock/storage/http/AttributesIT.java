package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.storage.http.Client.Answer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

class AttributesIT {
  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();
  private final String bucket = master.newBucket();
  private final TableOf table = TableOf.columns(gateway, master, bucket, "id", "name");
  private final List<String> objects = List.of("buckets/" + bucket, table.path());

  private static Map<String, Object> attribute(String name, String value) {
    return Map.of("name", name, "value", value);
  }

  private static List<String> names(JsonNode attributes) {
    return attributes.valueStream().map(each -> each.path("name").asString()).toList();
  }

  @TestFactory
  Stream<DynamicTest> attributesAreSetShownReplacedAndRemoved() {
    return objects.stream()
        .map(path -> DynamicTest.dynamicTest(path, () -> setShownReplacedAndRemoved(path)));
  }

  private void setShownReplacedAndRemoved(String path) {
    JsonNode set = master.post(path + "/attributes/a", Map.of("value", "1")).json(200);
    assertThat(set.get(0).propertyNames()).containsExactly("name", "value", "protected");
    assertThat(set.get(0).path("protected").booleanValue()).isFalse();

    master.postForm(path + "/attributes/b%20c", "value=2&protected=1").json(200);
    JsonNode changed = master.post(path + "/attributes/a", Map.of("value", 3)).json(200);
    assertThat(names(changed)).containsExactly("a", "b c");
    assertThat(changed.get(0).path("value").asString()).isEqualTo("3");
    assertThat(changed.get(1).path("protected").booleanValue()).isTrue();
    assertThat(master.get(path).json(200).path("attributes")).isEqualTo(changed);

    JsonNode replaced =
        master
            .postForm(path + "/attributes", "attributes[0][name]=x&attributes[0][value]=y")
            .json(200);
    assertThat(names(replaced)).containsExactly("x");
    assertThat(master.delete(path + "/attributes/x").status()).isEqualTo(204);
    master.delete(path + "/attributes/x").assertRefused(404, "storage.attributes.notFound");

    master.post(path + "/attributes/z", Map.of("value", "")).json(200);
    assertThat(master.post(path + "/attributes", Map.of("attributes", List.of())).json(200))
        .isEmpty();
    assertThat(master.get(path).json(200).path("attributes").isArray()).isTrue();

    master.post(path + "/attributes/z", Map.of("value", "")).json(200);
    assertThat(master.postForm(path + "/attributes", "").json(200)).isEmpty();
  }

  @Test
  void listsShowThemUnlessIncludeLeavesThemOut() {
    objects.forEach(path -> master.post(path + "/attributes/a", Map.of("value", "1")).json(200));

    assertThat(names(table.in(master.get("tables").json(200)).path("attributes")))
        .containsExactly("a");
    assertThat(table.in(master.get("tables?include=columns").json(200)).has("attributes"))
        .isFalse();
    JsonNode listed =
        master
            .get("buckets")
            .json(200)
            .valueStream()
            .filter(each -> each.path("id").asString().equals(bucket))
            .findFirst()
            .orElseThrow();
    assertThat(names(listed.path("attributes"))).containsExactly("a");
  }

  @Test
  void protectedOnesAreForAdministratorsOnly() {
    Client manager = gateway.client(false, true, false);
    objects.forEach(path -> protectedOnesAreForAdministratorsOnly(path, manager));
  }

  private void protectedOnesAreForAdministratorsOnly(String path, Client manager) {
    Map<String, Object> kept = Map.of("name", "p", "value", "1", "protected", true);
    master.post(path + "/attributes", Map.of("attributes", List.of(kept))).json(200);
    String state = gateway.everything();

    for (Answer answer :
        List.of(
            manager.post(path + "/attributes/p", Map.of("value", "2")),
            manager.delete(path + "/attributes/p"),
            manager.post(path + "/attributes", Map.of("attributes", List.of())),
            manager.post(
                path + "/attributes", Map.of("attributes", List.of(attribute("p", "1")))))) {
      answer.assertRefused(403, "accessDenied");
    }
    assertThat(gateway.everything()).isEqualTo(state);
    assertThat(
            names(
                manager
                    .post(
                        path + "/attributes",
                        Map.of("attributes", List.of(kept, attribute("q", "2"))))
                    .json(200)))
        .containsExactly("p", "q");
    assertThat(master.delete(path + "/attributes/p").status()).isEqualTo(204);
  }

  @Test
  void bucketsNeedManageAndTablesNeedWrite() {
    objects.forEach(path -> master.post(path + "/attributes/a", Map.of("value", "1")).json(200));
    Client reader = gateway.limited();
    gateway.grant(reader, bucket, "READ");
    Client writer = gateway.limited();
    gateway.grant(writer, bucket, "WRITE");
    String state = gateway.everything();

    assertDenied(writer, objects.getFirst());
    objects.forEach(path -> assertDenied(reader, path));
    objects.forEach(path -> assertDenied(gateway.limited(), path));

    assertThat(gateway.everything().substring(0, 32)).isEqualTo(state.substring(0, 32));
    writer.post(table.path() + "/attributes/b", Map.of("value", "1")).json(200);
  }

  private void assertDenied(Client client, String path) {
    String before = gateway.everything();
    client.post(path + "/attributes/a", Map.of("value", "2")).assertRefused(403, "accessDenied");
    client
        .post(path + "/attributes", Map.of("attributes", List.of()))
        .assertRefused(403, "accessDenied");
    client.delete(path + "/attributes/a").assertRefused(403, "accessDenied");
    assertThat(gateway.everything()).isEqualTo(before);
  }

  @TestFactory
  Stream<DynamicTest> wrongOnesAreRefusedAndNothingChanges() {
    Map<String, Object> long256 = attribute("n".repeat(256), "");
    Map<String, Object> tooMany =
        Map.of(
            "attributes", IntStream.range(0, 101).mapToObj(i -> attribute("n" + i, "")).toList());
    List<Map<String, Object>> bodies =
        List.of(
            Map.of("atributes", List.of()),
            Map.of("attributes", "x"),
            Map.of("attributes", List.of("x")),
            Map.of("attributes", List.of(Map.of("value", "v"))),
            Map.of("attributes", List.of(attribute("", "v"))),
            Map.of("attributes", List.of(attribute(" ", "v"))),
            Map.of("attributes", List.of(long256)),
            Map.of("attributes", List.of(Map.of("name", List.of(), "value", "v"))),
            Map.of("attributes", List.of(Map.of("name", "n", "value", Map.of()))),
            Map.of("attributes", List.of(attribute("n", "v".repeat(65_537)))),
            Map.of("attributes", Collections.nCopies(2, attribute("n", "v"))),
            tooMany);
    return IntStream.range(0, bodies.size())
        .mapToObj(
            i ->
                DynamicTest.dynamicTest(
                    "body " + i,
                    () -> {
                      String state = gateway.everything();
                      for (String path : objects) {
                        master
                            .post(path + "/attributes", bodies.get(i))
                            .assertRefused(400, "storage.attributes.validation");
                      }
                      assertThat(gateway.everything()).isEqualTo(state);
                    }));
  }

  @Test
  void theyVanishWithTheirObject() {
    objects.forEach(path -> master.post(path + "/attributes/a", Map.of("value", "1")).json(200));

    assertThat(master.delete(table.path()).status()).isEqualTo(204);
    assertThat(master.delete("buckets/" + bucket).status()).isEqualTo(204);

    assertThat(
            gateway
                .jdbc()
                .sql(
                    """
                    SELECT count(*) FROM attribute a JOIN data_table t ON t.id = :table
                    WHERE a.object_id = t.id AND a.kind = 'TABLE' OR a.object_id = t.bucket_id AND a.kind = 'BUCKET'
                    """)
                .param("table", table.id())
                .query(Long.class)
                .single())
        .isZero();
  }
}
