package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.storage.file.FileSweeper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Files that come through the API itself. */
class FileUploadIT {
  private static final String TYPE = "multipart/form-data; boundary=xyz";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Gateway gateway = Gateway.get();
  private final Client client = gateway.limited();
  private final String name = Gateway.unique("upload") + ".csv";

  private static String field(String field, String value) {
    return "--xyz\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
        .formatted(field, value);
  }

  private String data(String content) {
    return String.join(
        "\r\n",
        "--xyz",
        "Content-Disposition: form-data; name=\"data\"; filename=\"" + name + "\"",
        "Content-Type: text/csv",
        "",
        content,
        "");
  }

  private Client.Answer post(String... parts) {
    return client.post(
        "files", TYPE, (String.join("", parts) + "--xyz--\r\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The key of this test's file, once something was begun there. */
  private Optional<String> begun() {
    return gateway.objects().begun.stream().filter(key -> key.endsWith("." + name)).findFirst();
  }

  private void assertNothingIsLeft() {
    assertThat(begun().flatMap(key -> gateway.objects().head(gateway.objectBucket(), key)))
        .isEmpty();
    assertThat(client.get("files?showExpired=1").json(200)).isEmpty();
  }

  @Test
  void anotherFileUnderTheSameKeyIsRefused() {
    Client once = client.under("upload-" + name);
    byte[] first = (data("a") + "--xyz--\r\n").getBytes(StandardCharsets.UTF_8);
    byte[] other = (data("b") + "--xyz--\r\n").getBytes(StandardCharsets.UTF_8);

    String id = once.post("files", TYPE, first).json(201).path("id").asString();

    once.post("files", TYPE, other).assertRefused(400, "idempotencyKeyReused");
    assertThat(once.post("files", TYPE, first).json(201).path("id").asString()).isEqualTo(id);
  }

  @Test
  void fileIsStoredAsItCame() throws IOException {
    String content = "id,name\r\n1,\"a\r\n--xy\"\r\n";

    JsonNode file =
        post(field("tags[]", "a"), data(content), field("tags[]", "b"), field("isPermanent", "1"))
            .json(201);

    assertThat(file.path("name").asString()).isEqualTo(name);
    assertThat(file.path("sizeBytes").asInt()).isEqualTo(content.length());
    assertThat(file.path("contentType").asString()).isEqualTo("text/csv");
    assertThat(file.path("tags").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(file.path("maxAgeDays").isNull()).isTrue();
    assertThat(file.has("uploadParams")).isFalse();
    try (var stored = gateway.objects().open(gateway.objectBucket(), begun().orElseThrow())) {
      assertThat(new String(stored.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(content);
    }
    JsonNode detail = client.get("files/" + file.path("id").asLong()).json(200);
    assertThat(detail.path("name")).isEqualTo(file.path("name"));
    assertThat(
            client
                .get("files/" + file.path("id").asLong() + "?federationToken")
                .json(200)
                .at("/s3Path/key")
                .asString())
        .isEqualTo(begun().orElseThrow());
    assertThat(client.get("files?q=" + name).json(200)).hasSize(1);
    assertThat(client.delete("files/" + file.path("id").asLong()).status()).isEqualTo(204);
    assertThat(gateway.objects().head(gateway.objectBucket(), begun().orElseThrow())).isEmpty();
  }

  @Test
  void nameMayBeGivenBehindTheFile() {
    JsonNode file = post(data("1"), field("name", "other.tsv.gz")).json(201);

    assertThat(file.path("name").asString()).isEqualTo("other.tsv.gz");
    assertThat(file.path("fileType").asString()).isEqualTo("tsv");
  }

  @Test
  void whatIsRefusedBehindTheFileLeavesNothing() {
    for (String bad :
        List.of(
            field("tags", "a"),
            field("isPublic", "1"),
            field("isSliced", "true"),
            field("name", "n".repeat(256)),
            data("2"))) {
      post(data("1"), bad).assertRefused(400, "storage.validation");
    }
    assertThat(begun()).isPresent();
    assertNothingIsLeft();
  }

  @Test
  void formWithoutAFileOrAnotherBodyIsRefused() {
    post(field("name", "a")).assertRefused(400, "storage.validation");
    post(field("data", "not a file")).assertRefused(400, "storage.validation");
    client
        .post("files", "application/json", "{}".getBytes(StandardCharsets.UTF_8))
        .assertRefused(400, "malformedRequest");
    client.post("files", TYPE, new byte[0]).assertRefused(400, "malformedRequest");
    client
        .post("files", TYPE, data("1").getBytes(StandardCharsets.UTF_8))
        .assertRefused(400, "malformedRequest");
    assertNothingIsLeft();
  }

  @Test
  void fileMayBeLargerThanAnyOtherBodyUpToItsOwnLimit() throws Exception {
    String nine = "x".repeat(9 * 1024 * 1024);
    assertThat(post(data(nine)).json(201).path("sizeBytes").asInt()).isEqualTo(nine.length());

    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(client.address() + "/v2/storage/files"))
                .header("X-StorageApi-Token", client.token())
                .header("Content-Type", TYPE)
                .POST(
                    BodyPublishers.ofInputStream(
                        () ->
                            new ByteArrayInputStream(
                                (data(nine + nine) + "--xyz--").getBytes(StandardCharsets.UTF_8))))
                .build(),
            BodyHandlers.ofString());

    new Client.Answer(answer).assertRefused(400, "requestTooLarge");
    assertThat(client.get("files").json(200)).hasSize(1);
  }

  /** A call that is under way: its file has begun, and does not end. */
  private Socket begin(String announced) throws IOException {
    URI address = URI.create(client.address());
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort());
    String head =
        String.join(
            "\r\n",
            "POST /v2/storage/files HTTP/1.1",
            "Host: " + address.getAuthority(),
            "X-StorageApi-Token: " + client.token(),
            "Content-Type: " + TYPE,
            "Content-Length: " + announced,
            "Connection: close",
            "",
            "");
    String body = data("1,2,3\n".repeat(50_000));
    socket
        .getOutputStream()
        .write((head + body.substring(0, body.length() - 2)).getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    return socket;
  }

  private static String answer(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** The connection stays open for a while: the caller may still be sending. */
  private static String answerBeforeTheBodysEnd(Socket socket) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    while (!answer.toString(StandardCharsets.UTF_8).contains("\"requestTooLarge\"")) {
      int next = socket.getInputStream().read();
      assertThat(next).as(answer.toString(StandardCharsets.UTF_8)).isNotNegative();
      answer.write(next);
    }
    return answer.toString(StandardCharsets.UTF_8);
  }

  @Test
  void bodyStreamsAndOneThatBreaksOffLeavesNothing() throws IOException {
    try (Socket socket = begin("5000000")) {
      await().until(() -> begun().isPresent()); // long before the body's end
      socket.shutdownOutput();
      answer(socket);
    }

    assertNothingIsLeft();
    assertThat(
            gateway
                .jdbc()
                .sql(
                    "SELECT count(*) FROM stored_file WHERE name = :name AND deleted_at IS NOT NULL"
                        + " AND purge_lease_until IS NULL")
                .param("name", name)
                .query(Integer.class)
                .single())
        .isOne();
  }

  /** The object was complete, and then nobody was left to show its file. */
  @Test
  void whatACrashLeavesIsSweptWhenItsTimeIsOver() {
    long id = post(data("1")).json(201).path("id").asLong();
    String key = begun().orElseThrow();

    hideUntil(id, "1 hour");
    assertThat(gateway.objects().head(gateway.objectBucket(), key)).isPresent();
    hideUntil(id, "-1 second");
    assertNothingIsLeft();
  }

  private void hideUntil(long id, String later) {
    gateway
        .jdbc()
        .sql(
            "UPDATE stored_file SET deleted_at = now() - interval '1 day',"
                + " purge_lease_until = now() + CAST(:later AS interval) WHERE id = :id")
        .param("later", later)
        .param("id", id)
        .update();
    gateway.context.getBean(FileSweeper.class).sweep();
  }

  @Test
  void announcedSizeAboveTheLimitIsRefusedAtOnce() throws IOException {
    try (Socket socket = begin("6000000000")) {
      assertThat(answerBeforeTheBodysEnd(socket))
          .startsWith("HTTP/1.1 400")
          .contains("requestTooLarge");
    }
    assertThat(begun()).isEmpty();
  }

  @Test
  void onlySoManyAreTakenAtOnce() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 1; i <= 2; i++) {
        sockets.add(begin("5000000"));
        int expected = i;
        await()
            .until(
                () ->
                    gateway.objects().begun.stream().filter(key -> key.endsWith(name)).count()
                        == expected);
      }

      Client.Answer third = post(data("1"));

      third.assertRefused(503, "serviceUnavailable");
      assertThat(third.response().headers().firstValue("Retry-After")).isPresent();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    await().until(() -> post(data("1")).status() == 201);
  }
}
