package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.storage.http.Client.Answer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What clients take literally of every answer, whatever it is about (contract, chapters 1 and 4).
 */
class WireIT {
  private static final Gateway GATEWAY = Gateway.get();

  private final Client master = GATEWAY.master();
  private final String bucket = master.newBucket();
  private final String bucketPath = "buckets/" + bucket;
  private final TableOf table = TableOf.columns(GATEWAY, master, bucket, "id", "name");

  @Test
  void jsonIsSaidInSixteenCharactersWhateverTheStatus() {
    byte[] broken = "{".getBytes(StandardCharsets.UTF_8);
    for (String accepted :
        List.of("*/*", "application/json; charset=utf-8", "text/html, text/csv;q=0.9")) {
      Client client =
          new Client(
              master.address(), master.token(), master.tokenId(), Map.of("Accept", accepted));
      client.get("buckets").json(200);
      client.post("tickets", Map.of()).json(201);
      JsonNode job = client.post(table.path() + "/optimize", Map.of()).json(202);
      client.get("jobs").json(200);
      client.get("jobs/" + job.path("id").asLong()).json(200);
      client.post("buckets", "application/json; charset=utf-8", broken).json(400);
      client.with("").get("buckets").json(401);
      client.get("buckets/in.c-nope").json(404);
      client.get("nothing/here").json(404);
      client.post("webalize/display-name", Map.of()).json(422);
      client.post("dev-branches", Map.of("name", "x")).json(501);
    }
  }

  @Test
  void everythingThatIsDoneLaterIsA202WithItsJob() {
    String aside = master.newBucket();
    Map<String, Supplier<Answer>> calls = new LinkedHashMap<>();
    calls.put("column", () -> post("columns", Map.of("name", "more")));
    calls.put("no column", () -> master.delete(table.path() + "/columns/name"));
    calls.put("no key", () -> master.delete(table.path() + "/primary-key"));
    calls.put("rows", () -> master.delete(table.path() + "/rows?allowTruncate=1"));
    calls.put("optimise", () -> post("optimize", Map.of()));
    calls.put("export", () -> post("export-async", Map.of()));
    calls.put("import", () -> post("import-async", Map.of("dataFileId", file())));
    calls.put("snapshot", () -> post("snapshots", Map.of()));
    calls.put("table", () -> master.put(table.path() + "?async=1", Map.of("displayName", "x")));
    calls.put("bucket", () -> master.put(bucketPath, Map.of("color", "red", "async", true)));
    calls.put(
        "new table",
        () ->
            master.post(
                bucketPath + "/tables-async", Map.of("name", "made", "dataFileId", file())));
    calls.put(
        "definition",
        () ->
            master.post(
                bucketPath + "/tables-definition",
                Map.of("name", "defined", "columns", List.of(Map.of("name", "id")))));
    calls.put("share", () -> master.post("buckets/" + aside + "/share-organization", Map.of()));
    calls.put("no share", () -> master.delete("buckets/" + aside + "/share"));
    calls.put("workspace", () -> master.post("workspaces?async=1", Map.of()));
    calls.put("no workspace", () -> master.delete("workspaces/" + workspace() + "?async=1"));
    calls.put("no file", () -> master.delete("files/" + file() + "?async=1"));
    calls.put("no table", () -> master.delete(table.path() + "?async=1"));
    calls.put("no bucket", () -> master.delete(bucketPath + "?force=1&async=1"));

    calls.forEach(
        (what, call) -> {
          Answer answer = call.get();
          assertThat(answer.status()).as("%s: %s", what, answer.body()).isEqualTo(202);
          assertJob(what, answer.json(202));
        });
  }

  private Answer post(String route, Map<String, ?> body) {
    return master.post(table.path() + "/" + route, body);
  }

  /** As it is accepted: R takes a key that begins with {@code error} for the word itself. */
  private void assertJob(String what, JsonNode job) {
    assertThat(job.path("id").isIntegralNumber()).as(what).isTrue();
    assertThat(job.path("status").asString()).as(what).isEqualTo("waiting");
    assertThat(job.path("url").asString())
        .as("%s: the installation's address, whatever host was asked", what)
        .isEqualTo("https://storage.test/v2/storage/jobs/" + job.path("id").asLong());
    assertThat(job.propertyNames()).as(what).noneMatch(key -> key.startsWith("error"));
    assertThat(job.propertyNames().stream().filter(key -> key.startsWith("result")))
        .as(what)
        .containsExactly("results");
    assertThat(job.path("operationParams").isObject()).as(what).isTrue();
    master.get("jobs/" + job.path("id").asLong()).json(200);
  }

  @Test
  void whatIsDoneAtOnceIsNoJob() {
    for (Answer answer :
        List.of(
            master.put(bucketPath, Map.of("color", "red", "async", false)),
            master.put(table.path() + "?async=0", Map.of("displayName", "x")),
            master.post("buckets?async=1", Map.of("name", Gateway.unique("b"))),
            master.post("buckets/" + master.newBucket() + "/share", Map.of()))) {
      assertThat(answer.status()).as(answer.body()).isIn(200, 201);
      assertThat(answer.json(answer.status()).has("operationName")).isFalse();
    }
  }

  /**
   * No worker is there: nothing waits for one, however large it is. The second time it is not
   * found, which Go takes for success.
   */
  @Test
  void whatIsRemovedIsAnsweredWithNothingAndNotFoundTheSecondTime() {
    GATEWAY
        .jdbc()
        .sql(
            "UPDATE data_table SET rows_count = 1000000000000, data_bytes = 1000000000000000 WHERE"
                + " id = :id")
        .param("id", table.id())
        .update();
    Map<String, String> codes = new LinkedHashMap<>();
    String item = bucketPath + "/metadata/" + metadata();
    assertThat(master.post(bucketPath + "/attributes/a", Map.of("value", "1")).status())
        .isEqualTo(200);
    codes.put(item, "storage.metadata.notFound");
    codes.put(bucketPath + "/attributes/a", "storage.attributes.notFound");
    codes.put("triggers/" + trigger(), "storage.triggers.notFound");
    codes.put("tokens/" + GATEWAY.limited().tokenId(), "storage.tokens.notFound");
    codes.put("files/" + file(), "storage.files.notFound");
    codes.put("workspaces/" + workspace(), "workspace.workspaceNotFound");
    codes.put(table.path(), "storage.tables.notFound");
    String another = TableOf.columns(GATEWAY, master, bucket, "id").path();
    codes.put(another + "?async=0", "storage.tables.notFound");
    TableOf.columns(GATEWAY, master, bucket, "id");
    codes.put(bucketPath + "?force=1&async=False", "storage.buckets.notFound");

    codes.forEach(
        (path, code) -> {
          Answer removed = master.delete(path);
          assertThat(removed.status()).as("%s: %s", path, removed.body()).isEqualTo(204);
          assertThat(removed.body()).as(path).isEmpty();
          assertThat(removed.response().headers().firstValue("Content-Type")).as(path).isEmpty();
          master.delete(path).assertRefused(404, code);
        });
  }

  /** Whatever follows the path, and never by a redirection, which loses the body. */
  @Test
  void slashesAndEmptyQuestionsAtTheEndChangeNothing() throws IOException {
    for (String path :
        List.of("", "buckets", bucketPath, table.path(), "triggers", "dev-branches", "jobs")) {
      for (String end : List.of("", "/", "?", "/?")) {
        assertThat(raw("GET", path + end)).as(path + end).startsWith("HTTP/1.1 200 ");
      }
    }
    for (String end : List.of("", "/", "?", "/?", "/?async=0")) {
      assertThat(raw("POST", "tickets" + end)).as(end).startsWith("HTTP/1.1 201 ");
      assertThat(raw("POST", table.path() + "/optimize" + end)).startsWith("HTTP/1.1 202 ");
      assertThat(raw("DELETE", "triggers/" + trigger() + end)).startsWith("HTTP/1.1 204 ");
    }
  }

  /** Java's client leaves an empty question out. */
  private String raw(String method, String path) throws IOException {
    URI address = URI.create(master.address());
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      String request =
          "%s /v2/storage%s HTTP/1.1\r\nHost: x\r\nX-StorageApi-Token: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
              .formatted(
                  method,
                  path.isEmpty() || "/?".indexOf(path.charAt(0)) >= 0 ? path : "/" + path,
                  master.token());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void whatIsThereAlreadyIsRefusedInTheWordsThatGoKnows() {
    for (Answer answer :
        List.of(
            master.post(
                bucketPath + "/tables-definition",
                Map.of(
                    "name",
                    table.label().substring(bucket.length() + 1),
                    "columns",
                    List.of(Map.of("name", "id")))),
            post("columns", Map.of("name", "name")),
            post("primary-key", Map.of("columns", List.of("id"))))) {
      assertThat(answer.json(400).path("code").asString()).endsWith("AlreadyExists");
    }
  }

  private long file() {
    JsonNode file =
        master.post("files/prepare", Map.of("name", "a.csv", "federationToken", 1)).json(201);
    GATEWAY
        .objects()
        .put(
            GATEWAY.objectBucket(),
            file.path("uploadParams").path("key").asString(),
            "id\n1\n".getBytes(StandardCharsets.UTF_8),
            "text/csv");
    return file.path("id").asLong();
  }

  private String metadata() {
    return master
        .post(
            bucketPath + "/metadata",
            Map.of("provider", "user", "metadata", List.of(Map.of("key", "k", "value", "v"))))
        .json(201)
        .get(0)
        .path("id")
        .asString();
  }

  private String trigger() {
    return WireTypesIT.trigger(GATEWAY, master, table).path("id").asString();
  }

  private long workspace() {
    return WireTypesIT.workspace(GATEWAY, master);
  }
}
