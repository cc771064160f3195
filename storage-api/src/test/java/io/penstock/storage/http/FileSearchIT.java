package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code GET files} with its filters; every token here sees its own files only. */
class FileSearchIT {
  private final Gateway gateway = Gateway.get();
  private final Client client = gateway.limited();

  private long prepare(String name, String... tags) {
    return prepare(name, Map.of("tags", List.of(tags)));
  }

  private long prepare(String name, Map<String, Object> more) {
    Map<String, Object> params = new HashMap<>(more);
    params.put("name", name);
    params.put("federationToken", true);
    return client.post("files/prepare", params).json(201).path("id").asLong();
  }

  private static List<Long> ids(JsonNode list) {
    List<Long> ids = new ArrayList<>();
    list.forEach(file -> ids.add(file.path("id").asLong()));
    return ids;
  }

  private List<Long> list(String query) {
    return ids(client.get("files?" + query).json(200));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private List<Long> search(String query) {
    return list("q=" + encoded(query));
  }

  @Test
  void listIsNewestFirstAndPaged() {
    long a = prepare("a.csv");
    long b = prepare("b.csv");
    long c = prepare("c.csv");

    assertThat(list("")).containsExactly(c, b, a);
    assertThat(list("limit=2")).containsExactly(c, b);
    assertThat(list("limit=2&offset=2")).containsExactly(a);
    assertThat(list("sinceId=" + a)).containsExactly(c, b);
    assertThat(list("maxId=" + c)).containsExactly(b, a);
    assertThat(list("sinceId=%d&maxId=%d".formatted(a, c))).containsExactly(b);
    assertThat(client.get("branch/default/files/?limit=1").json(200)).hasSize(1);
  }

  @Test
  void entriesHaveALinkAndNoCredentials() {
    prepare("a.csv");

    JsonNode file = client.get("files").json(200).path(0);

    assertThat(file.path("url").asString()).startsWith("https://");
    assertThat(file.propertyNames())
        .contains("provider", "region", "tags", "runIds", "creatorToken", "maxAgeDays", "sizeBytes")
        .doesNotContain("uploadParams", "credentials", "s3Path");
    assertThat(file.path("id").isIntegralNumber()).isTrue();
    assertThat(file.path("creatorToken").path("id").isIntegralNumber()).isTrue();
    assertThat(file.path("tags").isArray()).isTrue();
    assertThat(file.path("runIds").isArray()).isTrue();
  }

  @Test
  void onlyWhatTheTokenMayReadIsListed() {
    long own = prepare("own.csv");
    Client other = gateway.limited();

    assertThat(ids(other.get("files?sinceId=" + (own - 1)).json(200))).doesNotContain(own);
    for (Client all : List.of(gateway.master(), gateway.client(false, false, true))) {
      assertThat(ids(all.get("files?sinceId=" + (own - 1)).json(200))).contains(own);
    }
    gateway
        .jdbc()
        .sql("UPDATE stored_file SET readers = ARRAY[:token]::bigint[] WHERE id = :id")
        .param("token", other.tokenId())
        .param("id", own)
        .update();
    assertThat(ids(other.get("files").json(200))).containsExactly(own);
    other.get("files/" + own).json(200);
    other.delete("files/" + own).assertRefused(403, "accessDenied");
  }

  @Test
  void anyOfTheTagsIsEnoughAndTheQueryMustHoldToo() {
    long a = prepare("a.csv", "x", "componentId: k.ex-db");
    long b = prepare("b.csv", "y");
    prepare("c.csv", "X");

    assertThat(list("tags[]=x&tags[]=y")).containsExactly(b, a);
    assertThat(list("tags%5B%5D=x")).containsExactly(a);
    assertThat(list("tags[]=" + encoded("componentId: k.ex-db"))).containsExactly(a);
    assertThat(list("tags[]=x&tags[]=y&q=" + encoded("name:b.csv"))).containsExactly(b);
    client.get("files?tags=x").assertRefused(400, "storage.validation");
    assertThat(client.get("files?tags=x").json().path("error").asString())
        .contains("tags must be an array");
  }

  @Test
  void anyOfTheRunsIsFound() {
    long a = prepare("a.csv");
    gateway
        .jdbc()
        .sql("UPDATE stored_file SET run_id = '7.1', run_ids = '{7.1,8}' WHERE id = :id")
        .param("id", a)
        .update();
    prepare("b.csv");

    assertThat(list("runId=8")).containsExactly(a);
    assertThat(list("runId=7")).isEmpty();
    assertThat(search("runIds:8 OR runId:\"7.1\"")).containsExactly(a);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "users ~ uv",
        "USERS ~ uv",
        "main ~ uo",
        "users.csv ~ u",
        "\"users csv\" ~ u",
        "c-main.users ~ u",
        "user ~ ''",
        "user* ~ uv",
        "in.c-main* ~ u",
        "us?rs ~ uv",
        "name:orders ~ o",
        "name:\"in.c-main.users.csv\" ~ u",
        "tags:\"componentId: k.ex-db\" ~ uo",
        "tags:\"componentId: k.ex-db\" AND tags:\"configurationId: 7\" ~ u",
        "tags:componentid* ~ ''",
        "tags:component* ~ uo",
        "tags:\"component\" ~ ''",
        "tags:* ~ uo",
        "-tags:* ~ v",
        "users AND NOT tags:\"configurationId: 7\" ~ v",
        "users -csv ~ v",
        "+users main ~ uv",
        "(users OR orders) AND csv ~ uo",
        "isSliced:true ~ v",
        "isSliced:false AND isPublic:false ~ uo",
        "sizeBytes:[100 TO 200} ~ u",
        "sizeBytes:200 ~ o",
        "sizeBytes:>=100 ~ uo",
        "NOT sizeBytes:100 ~ vo",
        "created:>2020-01-01 ~ uvo",
        "created:>2999-01-01 ~ ''",
        "created:[2020-01-01 TO 2999-01-01] AND name:[o TO p] ~ o",
        "maxAgeDays:* ~ uo",
        "contentType:text* ~ o",
        "creatorToken.description:\"test\" ~ uvo",
        "creatorToken.id:0 ~ ''",
        "owner:me ~ ''",
        "\"--\" ~ ''",
        "* ~ uvo",
        "*:* ~ uvo",
        "*:users ~ uv",
        "fileType:csv ~ uo",
        "fileType:json ~ v",
        "fileType:CSV AND name:orders ~ o",
        "fileType:gz ~ ''",
        "provider:aws ~ uvo",
        "provider:azure ~ ''",
        "region:\"eu-nowhere-9\" ~ ''",
        "region:* AND NOT region:mars ~ uvo"
      })
  void queryFinds(String query, String expected) {
    long u =
        prepare(
            "in.c-main.users.csv",
            Map.of(
                "tags", List.of("componentId: k.ex-db", "configurationId: 7"), "sizeBytes", 100));
    long v = prepare("users__2030.json", Map.of("isSliced", true, "isPermanent", true));
    long o =
        prepare(
            "Orders-main.csv",
            Map.of(
                "tags",
                List.of("componentId: k.ex-db"),
                "sizeBytes",
                200,
                "contentType",
                "text/csv"));

    String found = "";
    for (long id : search(query).reversed()) {
      found += id == u ? "u" : id == v ? "v" : id == o ? "o" : "?";
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void fileIsFoundByItsId() {
    long a = prepare("a.csv");
    prepare("b.csv");

    assertThat(search("id:" + a)).containsExactly(a);
    assertThat(search("id:" + a + " AND creatorToken.id:" + client.tokenId())).containsExactly(a);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a",
        "name:",
        "aa:bb:cc",
        "id:x",
        "\"a",
        "a/b",
        "*a",
        "created:soon",
        "isSliced:maybe"
      })
  void brokenQueryIsRefused(String query) {
    Client.Answer answer = client.get("files?q=" + encoded(query));

    answer.assertRefused(400, "query.syntax");
    assertThat(answer.json().path("error").asString()).startsWith("Failed to parse query");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=foo",
        "limit=0",
        "limit=1001",
        "limit=-1",
        "offset=-1",
        "offset=99999999999",
        "sinceId=-1",
        "maxId=x",
        "showExpired=maybe"
      })
  void badNumberIsRefused(String query) {
    client.get("files?" + query).assertRefused(400, "storage.validation");
  }

  @Test
  void oddTextsFindNothingAndBreakNothing() {
    for (String query :
        List.of("'; DROP TABLE x", "a\\%", "%", "_", "😀 ü", "name:\"\"", "created:>9999-12-31")) {
      assertThat(client.get("files?q=" + encoded(query)).status()).as(query).isEqualTo(200);
    }
    assertThat(client.get("files?q=&sinceId=&tags[]=&runId=").status()).isEqualTo(200);
  }
}
