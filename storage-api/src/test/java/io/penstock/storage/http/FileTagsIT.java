package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class FileTagsIT {
  private final Gateway gateway = Gateway.get();
  private final Client client = gateway.limited();
  private final long id = prepare(Map.of()).json(201).path("id").asLong();
  private final String path = "files/" + id;

  private Client.Answer prepare(Map<String, Object> more) {
    Map<String, Object> params = new HashMap<>(more);
    params.put("name", "users.csv");
    params.put("federationToken", true);
    return client.post("files/prepare", params);
  }

  private List<String> tags() {
    List<String> tags = new ArrayList<>();
    client.get(path).json(200).path("tags").forEach(tag -> tags.add(tag.asString()));
    return tags;
  }

  private int add(String tag) {
    return client.post(path + "/tags", Map.of("tag", tag)).status();
  }

  private int remove(String tag) {
    String encoded = URLEncoder.encode(tag, StandardCharsets.UTF_8).replace("+", "%20");
    return client.delete(path + "/tags/" + encoded).status();
  }

  private long events(String name) {
    return gateway
        .jdbc()
        .sql(
            "SELECT count(*) FROM outbox_record WHERE body::jsonb ->> 'operation' = :name"
                + " AND body::jsonb -> 'object' ->> 'id' = :file")
        .param("name", name)
        .param("file", Long.toString(id))
        .query(Long.class)
        .single();
  }

  @Test
  void tagsAreKeptAsTheyAre() {
    for (String tag : List.of("a", "A", "componentId: k.ex-db", "x/y%2F z?", "ü;1", "a,b")) {
      assertThat(add(tag)).isEqualTo(204);
    }
    assertThat(tags()).containsExactly("a", "A", "componentId: k.ex-db", "x/y%2F z?", "ü;1", "a,b");

    for (String tag : List.of("a", "componentId: k.ex-db", "x/y%2F z?", "ü;1", "a,b")) {
      assertThat(remove(tag)).as(tag).isEqualTo(204);
    }
    assertThat(tags()).containsExactly("A");
  }

  @Test
  void whatIsThereOrGoneAlreadyIsNoChange() {
    assertThat(add("a")).isEqualTo(204);
    assertThat(add("a")).isEqualTo(204);
    assertThat(tags()).containsExactly("a");
    assertThat(events("storage.fileTagAdded")).isOne();

    assertThat(remove("b")).isEqualTo(204);
    assertThat(events("storage.fileTagDeleted")).isZero();
    assertThat(remove("a")).isEqualTo(204);
    assertThat(remove("a")).isEqualTo(204);
    assertThat(events("storage.fileTagDeleted")).isOne();
  }

  @Test
  void tagsAreBounded() {
    client.post(path + "/tags", Map.of()).assertRefused(400, "storage.validation");
    client
        .post(path + "/tags", Map.of("tag", "t".repeat(256)))
        .assertRefused(400, "storage.validation");
    client
        .post(path + "/tags", Map.of("tag", List.of("a")))
        .assertRefused(400, "storage.validation");
    assertThat(add("t".repeat(255))).isEqualTo(204);
    gateway
        .jdbc()
        .sql("UPDATE stored_file SET tags = :tags WHERE id = :id")
        .param("tags", IntStream.range(0, 100).mapToObj(i -> "t" + i).toArray(String[]::new))
        .param("id", id)
        .update();

    client.post(path + "/tags", Map.of("tag", "more")).assertRefused(400, "storage.validation");
    assertThat(add("t7")).isEqualTo(204);
  }

  @Test
  void tagsOfPrepareAreAListWithoutDuplicates() {
    JsonNode file = prepare(Map.of("tags", List.of("b", "a", "b"))).json(201);

    assertThat(file.path("tags").toString()).isEqualTo("[\"b\",\"a\"]");
    for (Object tags : List.of("a", 1, List.of("t".repeat(256)), List.of(List.of("a")))) {
      prepare(Map.of("tags", tags)).assertRefused(400, "storage.validation");
    }
  }

  @Test
  void foreignFilesTagsStayAsTheyAre() {
    Client other = gateway.limited();
    assertThat(add("a")).isEqualTo(204);

    other.post(path + "/tags", Map.of("tag", "b")).assertRefused(403, "accessDenied");
    other.delete(path + "/tags/a").assertRefused(403, "accessDenied");
    assertThat(tags()).containsExactly("a");
    gateway.client(false, false, true).post(path + "/tags", Map.of("tag", "b"));
    assertThat(gateway.master().delete(path + "/tags/a").status()).isEqualTo(204);
    assertThat(tags()).containsExactly("b");
    client
        .post("files/999999999/tags", Map.of("tag", "b"))
        .assertRefused(404, "storage.files.notFound");
  }
}
