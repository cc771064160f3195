package io.penstock.uploader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadTest {
  private static final UploadRequest INTO_USERS = UploadRequest.into("in.c-main.users");

  private final Path folder;
  private final SettableTime time = new SettableTime();
  private final PlayedServer server;
  private final UploaderClient client;

  UploadTest(@TempDir Path folder) {
    this.folder = folder;
    this.server = new PlayedServer(folder);
    this.client =
        UploaderClient.builder(server.uri())
            .token(PlayedServer.TOKEN)
            .objectStore(server.uri())
            .time(time, () -> 1.0)
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private Path csv(String name, int rows) throws IOException {
    var text = new StringBuilder("id,name\n");
    for (int row = 1; row <= rows; row++) {
      text.append(row).append(",Příliš žluťoučký kůň\n");
    }
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void newTableIsCreatedInNewBucketFromTheBytesOfTheFile() throws Exception {
    Path file = csv("users.csv", 7);

    UploadResult result =
        client.upload(file, INTO_USERS.withCreateBucket(true).withPrimaryKey("id", "name"));

    assertThat(result.created()).isTrue();
    assertThat(result.rows()).isEqualTo(7);
    assertThat(result.totalRows()).isEqualTo(7);
    assertThat(result.bytes()).isEqualTo(Files.size(file));
    assertThat(server.api.buckets).containsExactly("in.c-main");
    assertThat(server.api.primaryKeys).containsEntry("in.c-main.users", List.of("id", "name"));
    String key = "exp-15/12/files/" + result.fileId() + ".users.csv";
    assertThat(Files.mismatch(file, server.objects.file(key))).isEqualTo(-1);
  }

  @Test
  void existingTableIsImportedIntoWithTheRequestsOptions() throws Exception {
    server.api.addTable("in.c-main.users", List.of("id", "name"), List.of("id"));

    UploadResult result =
        client.upload(
            csv("users.csv", 3),
            INTO_USERS.withIncremental(true).withDelimiter("\t").withPrimaryKey("id"));

    assertThat(result.created()).isFalse();
    assertThat(result.rows()).isEqualTo(3);
    assertThat(result.totalRows()).isEqualTo(1003);
    var body =
        server.seen("POST /v2/storage/tables/in.c-main.users/import-async").getFirst().json();
    assertThat(body.path("incremental").asBoolean()).isTrue();
    assertThat(body.path("delimiter").asString()).isEqualTo("\t");
    assertThat(body.path("enclosure").asString()).isEqualTo("\"");
    assertThat(body.path("dataFileId").asLong()).isEqualTo(result.fileId());
  }

  @Test
  void objectCarriesAclEncryptionAndDisposition() throws Exception {
    server.api.addBucket("in.c-main");

    client.upload(csv("users.csv", 3), INTO_USERS);

    PlayedServer.Seen put = server.seen("PUT /kbc-files/").getFirst();
    assertThat(put.header("x-amz-acl")).isEqualTo("private");
    assertThat(put.header("x-amz-server-side-encryption")).isEqualTo("AES256");
    assertThat(put.header("Content-Disposition")).isEqualTo("attachment; filename=users.csv;");
    assertThat(put.header("Authorization")).contains("/eu-central-1/s3/");
    var prepare = server.seen("POST /v2/storage/files/prepare").getFirst().json();
    assertThat(prepare.path("isEncrypted").asBoolean()).isTrue();
    assertThat(prepare.path("federationToken").asBoolean()).isTrue();
    assertThat(prepare.path("sizeBytes").asLong())
        .isEqualTo(Files.size(folder.resolve("users.csv")));
  }

  @Test
  void tokenIsNotSentToTheObjectStore() throws Exception {
    server.api.addBucket("in.c-main");

    client.upload(csv("users.csv", 3), INTO_USERS);

    assertThat(server.seen("PUT /kbc-files/"))
        .isNotEmpty()
        .allSatisfy(put -> assertThat(put.headers().values()).doesNotContain(PlayedServer.TOKEN));
  }

  @Test
  void missingBucketIsRefusedBeforeAnythingIsSent() throws Exception {
    Path file = csv("users.csv", 3);

    assertThatExceptionOfType(UploadRefusedException.class)
        .isThrownBy(() -> client.upload(file, INTO_USERS))
        .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("storage.buckets.notFound"));
    assertThat(server.seen("POST")).isEmpty();
  }

  @Test
  void bucketThatSomeoneElseCreatedMeanwhileIsFine() throws Exception {
    server.failNext(
        "GET /v2/storage/buckets/in.c-main",
        call -> call.refuse(404, "storage.buckets.notFound", "not yet"));
    server.api.addBucket("in.c-main");

    UploadResult result = client.upload(csv("users.csv", 3), INTO_USERS.withCreateBucket(true));

    assertThat(result.rows()).isEqualTo(3);
    assertThat(server.seen("POST /v2/storage/buckets")).isNotEmpty();
  }

  @Test
  void tableThatSomeoneElseCreatedMeanwhileIsImportedInto() throws Exception {
    server.api.addTable("in.c-main.users", List.of("id"), List.of());
    server.failNext(
        "GET /v2/storage/tables/in.c-main.users",
        call -> call.refuse(404, "storage.tables.notFound", "not yet"));

    UploadResult result = client.upload(csv("users.csv", 3), INTO_USERS);

    assertThat(result.created()).isFalse();
    assertThat(server.seen("POST /v2/storage/tables/in.c-main.users/import-async")).hasSize(1);
  }

  @Test
  void otherPrimaryKeyThanTheTablesIsWrongInputBeforeAnythingIsSent() throws Exception {
    server.api.addTable("in.c-main.users", List.of("id", "name"), List.of("name"));
    Path file = csv("users.csv", 3);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.upload(file, INTO_USERS.withPrimaryKey("id")))
        .withMessageContaining("[name], not [id]");
    assertThat(server.seen("POST")).isEmpty();
  }

  @Test
  void emptyMissingAndUnreadableFilesAreWrongInput() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.csv"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.upload(empty, INTO_USERS))
        .withMessageContaining("is empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.upload(folder.resolve("none.csv"), INTO_USERS))
        .withMessageContaining("does not exist");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.upload(folder, INTO_USERS))
        .withMessageContaining("not a regular file");
    assertThat(server.seen).isEmpty();
  }

  @Test
  void fileThatGrowsWhileItIsSentIsNotImported() throws Exception {
    server.api.addBucket("in.c-main");
    Path file = csv("users.csv", 3);
    Progress growing =
        (phase, _, _) -> {
          if (phase == Progress.Phase.SENDING) {
            append(file);
          }
        };

    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.upload(file, INTO_USERS, growing))
        .withMessageContaining("changed while it was being sent");
    assertThat(server.seen("POST /v2/storage/buckets/in.c-main/tables-async")).isEmpty();
  }

  private static void append(Path file) {
    try {
      Files.writeString(file, "8,late\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void failedJobIsRefusedWithItsCode() throws Exception {
    server.api.addBucket("in.c-main");
    server.api.jobError =
        Map.of("code", "csvImport.columnsNotMatch", "message", "line 3", "exceptionId", "kbc-77aa");
    Path file = csv("users.csv", 3);

    assertThatExceptionOfType(UploadRefusedException.class)
        .isThrownBy(() -> client.upload(file, INTO_USERS))
        .withMessageContaining("line 3")
        .satisfies(
            refusal -> {
              assertThat(refusal.code()).isEqualTo("csvImport.columnsNotMatch");
              assertThat(refusal.exceptionId()).isEqualTo("kbc-77aa");
              assertThat(refusal.status()).isZero();
            });
  }

  @Test
  void jobIsAskedForOftenAtFirstAndSeldomLater() throws Exception {
    server.api.addBucket("in.c-main");
    server.api.jobPatience = 20;

    client.upload(csv("users.csv", 3), INTO_USERS);

    assertThat(time.pauses)
        .startsWith(Duration.ofMillis(20), Duration.ofMillis(30), Duration.ofMillis(45))
        .endsWith(Duration.ofSeconds(2))
        .hasSize(21);
  }

  @Test
  void jobThatDoesNotEndIsGivenUp() throws Exception {
    server.api.addBucket("in.c-main");
    server.api.jobPatience = Integer.MAX_VALUE;
    Path file = csv("users.csv", 3);

    try (var impatient =
        UploaderClient.builder(server.uri())
            .token(PlayedServer.TOKEN)
            .objectStore(server.uri())
            .time(time, () -> 1.0)
            .jobLimit(Duration.ofSeconds(30))
            .build()) {
      assertThatExceptionOfType(UploadGaveUpException.class)
          .isThrownBy(() -> impatient.upload(file, INTO_USERS))
          .withMessageContaining("still processing after 30 s");
    }
  }

  @Test
  void progressRunsThroughAllPhasesAndCountsEveryByte() throws Exception {
    server.api.addBucket("in.c-main");
    Path file = csv("users.csv", 5000);
    List<Progress.Phase> phases = new ArrayList<>();
    List<Long> sent = new ArrayList<>();

    client.upload(
        file,
        INTO_USERS,
        (phase, bytes, total) -> {
          phases.add(phase);
          sent.add(bytes);
          assertThat(total).isEqualTo(file.toFile().length());
        });

    assertThat(phases.stream().distinct()).containsExactly(Progress.Phase.values());
    assertThat(sent).isSorted().endsWith(Files.size(file));
  }
}
