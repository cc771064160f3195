package io.penstock.uploader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.uploader.cli.PenstockUploader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MultipartTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final UploadRequest INTO_USERS = UploadRequest.into("in.c-main.users");

  private final Path folder;
  private final PlayedServer server;
  private final UploaderClient client;

  MultipartTest(@TempDir Path folder) {
    this.folder = folder;
    this.server = new PlayedServer(folder);
    this.client =
        UploaderClient.builder(server.uri())
            .token(PlayedServer.TOKEN)
            .objectStore(server.uri())
            .build();
    server.api.addBucket("in.c-main");
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private Path large(int mebibytes, int more) throws IOException {
    return LargeFiles.digits(folder.resolve("large.csv"), mebibytes, more);
  }

  @Test
  void largeFileArrivesByteForByteInPartsOfWhichTwoAreOnTheirWay() throws Exception {
    Path file = large(40, 12_345);

    UploadResult result = client.upload(file, INTO_USERS);

    String key = "exp-15/12/files/" + result.fileId() + ".large.csv";
    assertThat(Files.mismatch(file, server.objects.file(key))).isEqualTo(-1);
    assertThat(server.objects.parts("upload-1").values())
        .containsExactlyInAnyOrder(
            8L * MEBIBYTE, 8L * MEBIBYTE, 8L * MEBIBYTE, 8L * MEBIBYTE, 8L * MEBIBYTE, 12_345L);
    assertThat(server.objects.mostPartsOnTheirWay).hasValueLessThanOrEqualTo(2);
    PlayedServer.Seen begin = server.seen("POST /kbc-files/").getFirst();
    assertThat(begin.header("x-amz-acl")).isEqualTo("private");
    assertThat(begin.header("x-amz-server-side-encryption")).isEqualTo("AES256");
    assertThat(begin.header("Content-Disposition")).isEqualTo("attachment; filename=large.csv;");
  }

  @Test
  void sixteenMebibytesGoInOnePiece() throws Exception {
    client.upload(large(16, 0), INTO_USERS);

    assertThat(server.seen("POST /kbc-files/")).isEmpty();
    assertThat(server.seen("PUT /kbc-files/")).hasSize(1);
  }

  @Test
  void partThatFailsOnceIsSentAgainAndCountedOnce() throws Exception {
    server.failNext(
        "PUT /kbc-files/", call -> server.objects.refuse(call, 503, "SlowDown", "slow down"));
    Path file = large(20, 5);
    List<Long> sent = new ArrayList<>();

    UploadResult result = client.upload(file, INTO_USERS, (_, bytes, _) -> sent.add(bytes));

    String key = "exp-15/12/files/" + result.fileId() + ".large.csv";
    assertThat(Files.mismatch(file, server.objects.file(key))).isEqualTo(-1);
    assertThat(server.seen("PUT /kbc-files/")).hasSize(4);
    assertThat(sent.getLast()).isEqualTo(Files.size(file));
  }

  @Test
  void refusedPartAbortsTheWholeUpload() throws Exception {
    Path file = large(40, 0);
    server.failNext(
        "PUT /kbc-files/", call -> server.objects.refuse(call, 403, "AccessDenied", "not yours"));

    assertThatExceptionOfType(UploadRefusedException.class)
        .isThrownBy(() -> client.upload(file, INTO_USERS))
        .withMessage("the object store refused: not yours")
        .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("AccessDenied"));
    assertThat(server.objects.abortedUploads).containsExactly("upload-1");
    assertThat(server.objects.openUploads).isEmpty();
    assertThat(server.seen.getLast().call()).startsWith("DELETE /kbc-files/");
    assertThat(server.seen("POST /v2/storage/buckets/in.c-main/tables-async")).isEmpty();
  }

  @Test
  void interruptedUploadAbortsAndEnds() throws Exception {
    Path file = large(40, 0);
    var uploading = new CountDownLatch(1);
    var outcome = new CompletableFuture<Throwable>();
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    client.upload(
                        file,
                        INTO_USERS,
                        (_, sent, _) -> {
                          if (sent > 0) {
                            uploading.countDown();
                          }
                        });
                  } catch (InterruptedException | RuntimeException e) {
                    outcome.complete(e);
                  }
                });
    assertThat(uploading.await(30, TimeUnit.SECONDS)).isTrue();

    caller.interrupt();

    assertThat(outcome.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    assertThat(server.objects.openUploads).isEmpty();
    assertThat(server.seen("POST /v2/storage/buckets/in.c-main/tables-async")).isEmpty();
  }

  @Test
  void partsGrowWhenTenThousandWouldNotDo() {
    long gibibyte = 1L << 30;

    assertThat(ObjectPlan.partSize(17L * MEBIBYTE, 8L * MEBIBYTE)).isEqualTo(8L * MEBIBYTE);
    assertThat(ObjectPlan.partSize(80_000L * MEBIBYTE, 8L * MEBIBYTE)).isEqualTo(8L * MEBIBYTE);
    assertThat(ObjectPlan.partSize(80_000L * MEBIBYTE + 1, 8L * MEBIBYTE)).isEqualTo(9L * MEBIBYTE);
    long huge = 5000 * gibibyte;
    assertThat(Math.ceilDiv(huge, ObjectPlan.partSize(huge, 8L * MEBIBYTE)))
        .isLessThanOrEqualTo(10_000);
  }

  /**
   * Parts that were held in memory, two of 8 MiB, would fit; the file, or what has been sent of it,
   * would not.
   */
  @Test
  void memoryDoesNotGrowWithTheFile() throws Exception {
    Path file = large(192, 0);
    Path log = folder.resolve("child.txt");
    var command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx40m",
            "-cp",
            System.getProperty("java.class.path"),
            PenstockUploader.class.getName(),
            "upload",
            "--no-resume",
            file.toString(),
            "--table=in.c-main.users");
    command.environment().put("STORAGE_API_URL", server.uri().toString());
    command.environment().put("STORAGE_API_TOKEN", PlayedServer.TOKEN);
    command.environment().put("AWS_ENDPOINT_URL_S3", server.uri().toString());
    Process child = command.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(child.exitValue()).describedAs(Files.readString(log)).isZero();
    } finally {
      child.destroyForcibly();
    }
    assertThat(Files.readString(log)).contains("into the new table in.c-main.users");
    assertThat(server.objects.parts("upload-1")).hasSize(24);
  }
}
