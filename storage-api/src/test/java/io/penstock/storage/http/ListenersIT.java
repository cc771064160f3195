package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.embedded.LoopbackPort;
import io.penstock.model.Json;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobTask.LoadTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Both listeners take the same requests, and each tells its own address. */
class ListenersIT {
  private static final Gateway GATEWAY = Gateway.get();
  private static final int PLAIN = LoopbackPort.available(0, "plain listener");
  private static final String PLAIN_ADDRESS = "http://127.0.0.1:" + PLAIN;

  static {
    GATEWAY.anotherNode(
        Clock.systemUTC(),
        "--penstock.storage-api.http-port=" + PLAIN,
        "--penstock.storage-api.public-http-url=" + PLAIN_ADDRESS);
  }

  private final Client master = GATEWAY.master();

  private List<String> listeners() {
    return List.of(master.address(), PLAIN_ADDRESS);
  }

  /** Byte by byte: Java's client encodes, and refuses, by itself. */
  private String raw(String address, String target, String headers) throws IOException {
    URI listener = URI.create(address);
    try (Socket socket = new Socket(listener.getHost(), listener.getPort())) {
      String request =
          "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-StorageApi-Token: %s\r\n%s\r\n"
              .formatted(target, master.token(), headers);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      try {
        socket.getInputStream().transferTo(answer);
      } catch (IOException e) {
        assertThat(answer.size()).as("answered before the reset").isPositive();
      }
      return answer.toString(StandardCharsets.ISO_8859_1);
    }
  }

  private static void assertMalformed(String answer, String advice) {
    assertThat(answer).startsWith("HTTP/1.1 400 ");
    assertThat(answer).containsIgnoringCase("\r\nX-Penstock-Record-Id: ");
    JsonNode envelope =
        Json.mapper().readTree(answer.substring(answer.indexOf('{'), answer.lastIndexOf('}') + 1));
    assertThat(envelope.path("code").asString()).isEqualTo("malformedRequest");
    assertThat(envelope.path("error").asString()).contains(advice);
  }

  @Test
  void rawCharactersThatBrowsersAndCurlLeaveInAQueryAreTaken() throws IOException {
    for (String listener : listeners()) {
      assertThat(raw(listener, "/v2/storage/files?tags[]=a&x=|^`{}\"<>[]\\", ""))
          .startsWith("HTTP/1.1 200 ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/storage/buckets?a=\u0001",
        "/v2/storage/buckets?a=\u007f",
        "/v2/storage/buckets?a=\u00e9",
        "/v2/storage/buckets?a=b c",
        "/v2/storage/buckets/a b",
        "/v2/storage/buckets/a|b"
      })
  void otherCharactersAreRefusedWithTheAdviceToEncodeThem(String target) throws IOException {
    for (String listener : listeners()) {
      assertMalformed(raw(listener, target, ""), "percent-encode");
    }
  }

  @Test
  void longHeadersAreTakenAndLongerOnesRefusedWithAdvice() throws IOException {
    for (String listener : listeners()) {
      assertThat(raw(listener, "/v2/storage/buckets", "X-A: " + "a".repeat(20_000) + "\r\n"))
          .startsWith("HTTP/1.1 200 ");
      assertMalformed(
          raw(listener, "/v2/storage/buckets", "X-A: " + "a".repeat(66_000) + "\r\n"),
          "shorter headers");
    }
  }

  @Test
  void longAnswersArePackedWhereThatIsAskedFor() throws IOException {
    for (String listener : listeners()) {
      assertThat(raw(listener, "/v2/storage/openapi.json", "Accept-Encoding: gzip\r\n"))
          .containsIgnoringCase("\r\nContent-Encoding: gzip\r\n");
    }
  }

  @Test
  void encodedSlashesArePartOfAName() throws IOException {
    for (String listener : listeners()) {
      assertThat(raw(listener, "/v2/storage/buckets/a%2Fb", ""))
          .startsWith("HTTP/1.1 404 ")
          .contains("storage.buckets.notFound");
      assertThat(raw(listener, "/v2/storage/buckets/a%5Cb", ""))
          .startsWith("HTTP/1.1 404 ")
          .contains("storage.buckets.notFound");
    }
  }

  @Test
  void addressesInAnswersAreThoseOfTheListenerThatIsAsked() {
    Client plain = master.at(PLAIN_ADDRESS);
    String bucket = master.newBucket();
    CompletableFuture<Client.Answer> answer =
        CompletableFuture.supplyAsync(
            () ->
                plain.post(
                    "buckets/" + bucket + "/tables", Map.of("name", "t", "dataString", "id\n1\n")));
    JobMessage message = SyncLoadIT.message(GATEWAY, bucket + ".t");
    GATEWAY.worker().loaded(message, ((LoadTable) message.task()).tableId(), 1, Instant.now());

    assertUris(answer.join().json(201), PLAIN_ADDRESS, bucket);
    String job = "jobs/" + message.jobId();
    JsonNode told = Worker.finished(plain, message.jobId());
    assertThat(told.path("url").asString()).isEqualTo(PLAIN_ADDRESS + "/v2/storage/" + job);
    assertUris(told.path("results"), PLAIN_ADDRESS, bucket);
    assertUris(master.get(job).json(200).path("results"), "https://storage.test", bucket);
  }

  private static void assertUris(JsonNode table, String address, String bucket) {
    assertThat(table.path("uri").asString())
        .isEqualTo(address + "/v2/storage/tables/" + bucket + ".t");
    assertThat(table.path("bucket").path("uri").asString())
        .isEqualTo(address + "/v2/storage/buckets/" + bucket);
  }
}
