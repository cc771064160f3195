package io.penstock.uploader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetriesTest {
  private static final Map<String, String> MAIN = Map.of("stage", "in", "name", "main");

  private final SettableTime time = new SettableTime();
  private final PlayedServer server;
  private final UploaderClient client;

  RetriesTest(@TempDir Path folder) {
    this.server = new PlayedServer(folder);
    this.client = clientWithChance(1.0);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private UploaderClient clientWithChance(double chance) {
    return UploaderClient.builder(server.uri())
        .token(PlayedServer.TOKEN)
        .time(time, () -> chance)
        .build();
  }

  private static PlayedServer.Fault unavailable() {
    return call -> call.refuse(503, "", "too busy");
  }

  @Test
  void postIsRepeatedWithTheSameIdempotencyKeyUntilItSucceeds() throws Exception {
    server.failNext("POST /v2/storage/buckets", unavailable());
    server.failNext("POST /v2/storage/buckets", unavailable());

    assertThat(client.post("buckets", MAIN).path("id").asString()).isEqualTo("in.c-main");

    List<String> keys =
        server.seen("POST").stream().map(call -> call.header("Idempotency-Key")).toList();
    assertThat(keys).hasSize(3).doesNotContain("").containsOnly(keys.getFirst());
  }

  @Test
  void twoPostsHaveTwoIdempotencyKeys() throws Exception {
    client.post("buckets", MAIN);
    client.post("buckets", Map.of("stage", "in", "name", "other"));

    assertThat(server.seen("POST").stream().map(call -> call.header("Idempotency-Key")))
        .doesNotHaveDuplicates()
        .hasSize(2);
  }

  @Test
  void droppedConnectionIsTriedAgain() throws Exception {
    server.failNext("POST /v2/storage/buckets", PlayedExchange::drop);

    client.post("buckets", MAIN);

    assertThat(server.seen("POST")).hasSize(2);
    assertThat(time.pauses).containsExactly(Duration.ofMillis(500));
  }

  @Test
  void refusalIsNotTriedAgainAndSaysWhatTheServerSaid() throws Exception {
    server.api.addBucket("in.c-main");

    assertThatExceptionOfType(UploadRefusedException.class)
        .isThrownBy(() -> client.post("buckets", MAIN))
        .withMessage("The bucket exists")
        .satisfies(
            refusal -> {
              assertThat(refusal.status()).isEqualTo(400);
              assertThat(refusal.code()).isEqualTo("storage.buckets.alreadyExists");
              assertThat(refusal.exceptionId()).isEqualTo("kbc-1");
            });
    assertThat(server.seen("POST")).hasSize(1);
  }

  @Test
  void notImplementedConflictAndUnknownTokensAreNotTriedAgain() {
    for (int status : new int[] {501, 409, 401, 302}) {
      server.failNext("GET /v2/storage/tokens/verify", call -> call.refuse(status, "x", "no"));

      assertThatExceptionOfType(UploadRefusedException.class)
          .isThrownBy(() -> client.get("tokens/verify"));
    }
    assertThat(server.seen).hasSize(4);
  }

  @Test
  void tooManyRequestsAndServerErrorsAreTriedAgain() throws Exception {
    for (int status : new int[] {429, 500, 502, 504}) {
      server.failNext("GET /v2/storage/events", call -> call.refuse(status, "x", "later"));
    }

    client.get("events");

    assertThat(server.seen).hasSize(5);
    assertThat(time.pauses)
        .containsExactly(
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4));
  }

  @Test
  void secondsOfRetryAfterAreWaited() throws Exception {
    server.failNext("GET /v2/storage/events", retryAfter("17"));

    client.get("events");

    assertThat(time.pauses).containsExactly(Duration.ofSeconds(17));
  }

  @Test
  void dateOfRetryAfterIsWaitedFor() throws Exception {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            SettableTime.START.plusSeconds(90).atZone(ZoneOffset.UTC));
    server.failNext("GET /v2/storage/events", retryAfter(date));

    client.get("events");

    assertThat(time.pauses).containsExactly(Duration.ofSeconds(90));
  }

  @Test
  void brokenRetryAfterIsIgnored() throws Exception {
    server.failNext("GET /v2/storage/events", retryAfter("soon"));
    server.failNext("GET /v2/storage/events", retryAfter("99999999999999999999"));

    client.get("events");

    assertThat(time.pauses).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
  }

  private static PlayedServer.Fault retryAfter(String value) {
    return call -> {
      call.exchange().getResponseHeaders().set("Retry-After", value);
      call.refuse(503, "", "maintenance");
    };
  }

  @Test
  void pauseThatEndsAfterTheLimitIsNotBegun() {
    server.failNext("GET /v2/storage/events", retryAfter("3600"));

    assertThatExceptionOfType(UploadGaveUpException.class)
        .isThrownBy(() -> client.get("events"))
        .withMessageContaining("maintenance")
        .withMessageContaining("1 try");
    assertThat(time.pauses).isEmpty();
  }

  @Test
  void serverThatStaysAwayIsGivenUpWithinTheLimit() {
    server.close();

    assertThatExceptionOfType(UploadGaveUpException.class)
        .isThrownBy(() -> client.get("events"))
        .withMessageContaining("GET events: no answer from 127.0.0.1");
    assertThat(time.now())
        .isBetween(SettableTime.START.plusSeconds(270), SettableTime.START.plusSeconds(300));
    assertThat(time.pauses).endsWith(Duration.ofSeconds(20));
  }

  @Test
  void chanceShortensPausesByHalfAtMost() throws Exception {
    server.failNext("GET /v2/storage/events", unavailable());
    try (var lucky = clientWithChance(0.0)) {
      lucky.get("events");
    }

    assertThat(time.pauses).containsExactly(Duration.ofMillis(250));
  }

  @Test
  void waitingIsTold() throws Exception {
    List<String> told = new ArrayList<>();
    var retries = new Retries(Duration.ofMinutes(1), time, () -> 1.0);
    var outcomes =
        new ArrayList<Retries.Outcome<String>>(
            List.of(
                new Retries.Outcome.Again<>("busy", Duration.ZERO, null),
                new Retries.Outcome.Ended<>("done")));
    Progress listener =
        new Progress() {
          @Override
          public void update(Phase phase, long bytesSent, long bytesTotal) {}

          @Override
          public void waiting(String reason, Duration pause) {
            told.add(reason + " " + pause);
          }
        };

    assertThat(retries.run("x", listener, outcomes::removeFirst)).isEqualTo("done");
    assertThat(told).containsExactly("busy PT0.5S");
  }

  @Test
  void tokenIsInNoMessage() {
    server.failNext("GET /v2/storage/events", call -> call.answer(403, "text/html", "<html>"));

    assertThatExceptionOfType(UploadRefusedException.class)
        .isThrownBy(() -> client.get("events"))
        .withMessage("the server answered HTTP 403; is the URL right?")
        .satisfies(refusal -> assertThat(refusal.toString()).doesNotContain(PlayedServer.TOKEN));
  }
}
