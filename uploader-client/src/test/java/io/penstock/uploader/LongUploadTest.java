package io.penstock.uploader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials that end, a store that asks for patience, receipts. */
class LongUploadTest {
  private static final UploadRequest INTO_USERS = UploadRequest.into("in.c-main.users");

  private final Path folder;
  private final Path states;
  private final SettableTime time = new SettableTime();
  private final PlayedServer server;
  private final UploaderClient client;

  LongUploadTest(@TempDir Path folder) {
    this.folder = folder;
    this.states = folder.resolve("state");
    this.server = new PlayedServer(folder);
    this.client =
        UploaderClient.builder(server.uri())
            .token(PlayedServer.TOKEN)
            .objectStore(server.uri())
            .stateDirectory(states)
            .time(time, () -> 1.0)
            .build();
    server.api.addBucket("in.c-main");
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private Path large() throws IOException {
    return LargeFiles.digits(folder.resolve("large.csv"), 20, 77);
  }

  @Test
  void credentialsAreRenewedBeforeTheyEnd() throws Exception {
    server.objects.expiration = "2030-01-02T10:00:00+00:00"; // over as soon as they are lent

    client.upload(large(), INTO_USERS);

    assertThat(server.seen("POST /v2/storage/files/prepare")).hasSize(1);
    assertThat(server.seen("POST /v2/storage/files/1").size()).isGreaterThanOrEqualTo(1);
  }

  @Test
  void credentialsThatTheStoreCallsExpiredAreRenewed() throws Exception {
    server.failNext(
        "PUT /kbc-files/",
        call -> server.objects.refuse(call, 400, "ExpiredToken", "the token is over"));

    UploadResult result = client.upload(large(), INTO_USERS);

    assertThat(server.seen("POST /v2/storage/files/1")).hasSize(1);
    assertThat(result.compared()).isTrue();
  }

  @Test
  void storesRetryAfterIsWaitedFor() throws Exception {
    server.failNext(
        "PUT /kbc-files/",
        call -> {
          call.exchange().getResponseHeaders().set("Retry-After", "17");
          server.objects.refuse(call, 503, "SlowDown", "slow down");
        });

    client.upload(large(), INTO_USERS);

    assertThat(time.pauses).contains(Duration.ofSeconds(17));
  }

  @Test
  void bytesThatTheJobDidNotReadAreNoSuccess() throws Exception {
    server.api.spoilReceipts = true;
    Path file = Files.writeString(folder.resolve("users.csv"), "id,name\n1,a\n");

    assertThatExceptionOfType(ReceiptMismatchException.class)
        .isThrownBy(() -> client.upload(file, INTO_USERS))
        .withMessageContaining("did not read what was sent");
    assertThat(states).isDirectoryNotContaining("glob:**.json");
  }

  @Test
  void jobWithoutReceiptIsNotCompared() throws Exception {
    server.api.givesReceipts = false;
    Path file = Files.writeString(folder.resolve("users.csv"), "id,name\n1,a\n");

    UploadResult result = client.upload(file, INTO_USERS);

    assertThat(result.compared()).isFalse();
    assertThat(result.receipt().isMissingNode()).isTrue();
  }

  @Test
  void brokenStateIsAsGoodAsNone() throws Exception {
    Path file = Files.writeString(folder.resolve("users.csv"), "id,name\n1,a\n");
    for (int i = 0; i < 40; i++) {
      server.failNext("PUT /kbc-files/", PlayedExchange::drop);
    }
    assertThatExceptionOfType(UploadGaveUpException.class)
        .isThrownBy(() -> client.upload(file, INTO_USERS));
    server.mend();
    try (Stream<Path> files = Files.list(states)) {
      for (Path state : files.filter(one -> one.toString().endsWith(".json")).toList()) {
        Files.writeString(state, "{\"version\":1,");
      }
    }

    assertThat(client.upload(file, INTO_USERS).resumed()).isFalse();
  }
}
