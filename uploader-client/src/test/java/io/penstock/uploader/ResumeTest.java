package io.penstock.uploader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {
  private static final UploadRequest INTO_USERS = UploadRequest.into("in.c-main.users");
  private static final String CREATE = "POST /v2/storage/buckets/in.c-main/tables-async";

  private final Path folder;
  private final Path states;
  private final SettableTime time = new SettableTime();
  private final PlayedServer server;
  private final UploaderClient client;
  private final List<String> notes = new ArrayList<>();
  private final Progress listener =
      new Progress() {
        @Override
        public void update(Phase phase, long bytesSent, long bytesTotal) {}

        @Override
        public void note(String text) {
          notes.add(text);
        }
      };

  ResumeTest(@TempDir Path folder) {
    this.folder = folder;
    this.states = folder.resolve("state/penstock/uploads");
    this.server = new PlayedServer(folder);
    this.client = client(Duration.ofHours(12));
    server.api.addBucket("in.c-main");
  }

  private UploaderClient client(Duration jobLimit) {
    return UploaderClient.builder(server.uri())
        .token(PlayedServer.TOKEN)
        .objectStore(server.uri())
        .stateDirectory(states)
        .jobLimit(jobLimit)
        .time(time, () -> 1.0)
        .build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private Path large() throws IOException {
    return LargeFiles.digits(folder.resolve("large.csv"), 40, 77);
  }

  private void hangUpOn(String call) {
    for (int i = 0; i < 40; i++) {
      server.failNext(call, PlayedExchange::drop);
    }
  }

  /** An upload that gives up while the fourth of its six parts is not taken. */
  private Path brokenOff(UploadRequest request) throws Exception {
    Path file = large();
    server.failNextPart(4, Integer.MAX_VALUE);
    assertThatExceptionOfType(UploadGaveUpException.class)
        .isThrownBy(() -> client.upload(file, request, listener));
    server.failNextPart(0, 0);
    awaitStragglers();
    assertThat(server.objects.parts("upload-1")).hasSizeBetween(3, 5);
    server.seen.clear();
    return file;
  }

  /** A part that was given up half sent may reach the server a moment later. */
  private void awaitStragglers() throws InterruptedException {
    int before;
    do {
      before = server.seen.size();
      Thread.sleep(200);
    } while (server.seen.size() != before);
  }

  private List<String> partsSent() {
    return server.seen("PUT /kbc-files/").stream()
        .map(put -> put.query().replaceAll(".*partNumber=([0-9]+).*", "$1"))
        .toList();
  }

  private Path object(UploadResult result) {
    return server.objects.file(result.sent().key());
  }

  @Test
  void finishedPartsAreNotSentAgain() throws Exception {
    Path file = brokenOff(INTO_USERS);
    int there = server.objects.parts("upload-1").size();

    UploadResult result = client.upload(file, INTO_USERS, listener);

    assertThat(partsSent()).hasSize(6 - there).contains("4").doesNotContain("1", "2", "3");
    assertThat(result.resumed()).isTrue();
    assertThat(result.compared()).isTrue();
    assertThat(result.sent().partsKept()).isEqualTo(there);
    assertThat(Files.mismatch(file, object(result))).isEqualTo(-1);
    assertThat(server.seen("POST /v2/storage/files/prepare")).isEmpty();
    assertThat(server.seen("POST /kbc-files/")).hasSize(1);
    assertThat(notes).isEmpty();
    assertThat(states).isDirectoryNotContaining("glob:**.json");
  }

  @Test
  void partWithOtherBytesIsSentAgain() throws Exception {
    Path file = brokenOff(INTO_USERS);
    server.objects.spoil("upload-1", 2);

    UploadResult result = client.upload(file, INTO_USERS);

    assertThat(partsSent()).contains("2", "4").doesNotContain("1", "3");
    assertThat(Files.mismatch(file, object(result))).isEqualTo(-1);
  }

  @Test
  void changedSourceBeginsAnewSaysSoAndAbortsTheOldUpload() throws Exception {
    Path file = brokenOff(INTO_USERS);
    Files.writeString(file, "7\n", StandardOpenOption.APPEND);

    UploadResult result = client.upload(file, INTO_USERS, listener);

    assertThat(notes).singleElement().asString().contains("has changed since");
    assertThat(server.objects.abortedUploads).containsExactly("upload-1");
    assertThat(partsSent()).hasSize(6);
    assertThat(result.resumed()).isFalse();
    assertThat(Files.mismatch(file, object(result))).isEqualTo(-1);
  }

  @Test
  void uploadThatTheStoreForgotBeginsAnewWithoutAWord() throws Exception {
    Path file = brokenOff(INTO_USERS);
    server.objects.forget("upload-1");

    UploadResult result = client.upload(file, INTO_USERS, listener);

    assertThat(notes).isEmpty();
    assertThat(partsSent()).hasSize(6);
    assertThat(Files.mismatch(file, object(result))).isEqualTo(-1);
  }

  @Test
  void serverThatLendsNoSecondCredentialsIsSentAnotherFile() throws Exception {
    Path file = brokenOff(INTO_USERS);
    server.failNext(
        "POST /v2/storage/files/1", call -> call.refuse(501, "notImplemented", "unknown"));

    UploadResult result = client.upload(file, INTO_USERS);

    assertThat(server.seen("POST /v2/storage/files/prepare")).hasSize(1);
    assertThat(Files.mismatch(file, object(result))).isEqualTo(-1);
  }

  @Test
  void otherOptionsAreAnotherUpload() throws Exception {
    Path file = brokenOff(INTO_USERS);

    client.upload(file, INTO_USERS.withDelimiter(";"));

    assertThat(partsSent()).hasSize(6);
  }

  @Test
  void objectWhoseLastAnswerWasLostIsNotSentAgain() throws Exception {
    Path file = Files.writeString(folder.resolve("users.csv"), "id,name\n1,a\n");
    server.afterNext("PUT /kbc-files/", PlayedExchange::drop);
    hangUpOn("PUT /kbc-files/");
    assertThatExceptionOfType(UploadGaveUpException.class)
        .isThrownBy(() -> client.upload(file, INTO_USERS));
    server.mend();
    server.seen.clear();

    UploadResult result = client.upload(file, INTO_USERS);

    assertThat(server.seen("PUT /kbc-files/")).isEmpty();
    assertThat(result.compared()).isTrue();
    assertThat(result.rows()).isEqualTo(1);
  }

  @Test
  void jobWhoseAnswerWasLostIsFoundAgainAndNothingIsLoadedTwice() throws Exception {
    Path file = Files.writeString(folder.resolve("users.csv"), "id,name\n1,a\n");
    server.afterNext(CREATE, PlayedExchange::drop);
    hangUpOn(CREATE);
    assertThatExceptionOfType(UploadGaveUpException.class)
        .isThrownBy(() -> client.upload(file, INTO_USERS));
    server.mend();
    assertThat(server.api.jobCount()).isEqualTo(1);

    UploadResult result = client.upload(file, INTO_USERS);

    assertThat(server.api.jobCount()).isEqualTo(1);
    assertThat(result.created()).isTrue(); // though the table is there by now
    assertThat(result.resumed()).isTrue();
    assertThat(server.seen("POST /v2/storage/tables/")).isEmpty();
  }

  @Test
  void jobThatTookTooLongIsWaitedForAgain() throws Exception {
    Path file = Files.writeString(folder.resolve("users.csv"), "id,name\n1,a\n");
    server.api.jobPatience = 30;
    try (var impatient = client(Duration.ofSeconds(5))) {
      assertThatExceptionOfType(UploadGaveUpException.class)
          .isThrownBy(() -> impatient.upload(file, INTO_USERS));
    }

    UploadResult result = client.upload(file, INTO_USERS);

    assertThat(server.seen(CREATE)).hasSize(1);
    assertThat(server.api.jobCount()).isEqualTo(1);
    assertThat(result.rows()).isEqualTo(1);
  }

  @Test
  void sameFileAfterASuccessIsLoadedAgain() throws Exception {
    Path file = Files.writeString(folder.resolve("users.csv"), "id,name\n1,a\n");
    client.upload(file, INTO_USERS);

    assertThat(client.upload(file, INTO_USERS).resumed()).isFalse();
    assertThat(server.api.jobCount()).isEqualTo(2);
  }

  @Test
  void fileThatTheServerLostMeanwhileIsSentAnew() throws Exception {
    Path file = Files.writeString(folder.resolve("users.csv"), "id,name\n1,a\n");
    hangUpOn(CREATE);
    assertThatExceptionOfType(UploadGaveUpException.class)
        .isThrownBy(() -> client.upload(file, INTO_USERS));
    server.mend();
    try (Stream<Path> objects = Files.list(folder)) {
      for (Path object : objects.filter(one -> one.toString().contains("exp-15")).toList()) {
        Files.delete(object);
      }
    }

    UploadResult result = client.upload(file, INTO_USERS, listener);

    assertThat(notes).singleElement().asString().contains("sending it anew");
    assertThat(result.rows()).isEqualTo(1);
  }

  @Test
  void secondUploadAtTheSameTimeIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("users.csv"), "id,name\n1,a\n");
    List<String> second = new ArrayList<>();

    client.upload(
        file,
        INTO_USERS,
        (phase, _, _) -> {
          if (phase == Progress.Phase.IMPORTING && second.isEmpty()) {
            assertThatExceptionOfType(UploadGaveUpException.class)
                .isThrownBy(() -> client.upload(file, INTO_USERS))
                .satisfies(refusal -> second.add(refusal.text()));
          }
        });

    assertThat(second)
        .singleElement()
        .asString()
        .contains("another process is at this very upload");
    assertThat(server.api.jobCount()).isEqualTo(1);
  }

  @Test
  void stateIsForItsOwnerOnlyAndHoldsNoSecret() throws Exception {
    brokenOff(INTO_USERS);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(states)))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(states)) {
      assertThat(files)
          .hasSize(2)
          .allSatisfy(
              file -> {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
                assertThat(Files.readString(file))
                    .doesNotContain(
                        PlayedServer.TOKEN,
                        "ASIAPLAYED",
                        "secret-of-one-file",
                        PlayedObjects.SESSION);
              });
    }
  }
}
