package io.penstock.uploader;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.uploader.cli.PenstockUploader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.Part;
import tools.jackson.databind.JsonNode;

/** The command as a process of its own, killed (SIGKILL) and run again, before a real store. */
class KilledUploadIT {
  private static final int OPEN = Integer.MAX_VALUE;
  private static final String CREATE = "POST /v2/storage/buckets/in.c-main/tables-async";

  private final Path folder;
  private final RealStore store;
  private final PlayedServer api;
  private final List<Process> children = new ArrayList<>();
  private int logs;

  KilledUploadIT(@TempDir Path folder) throws GeneralSecurityException {
    this.folder = folder;
    this.store = new RealStore(folder);
    this.api = new PlayedServer(store, folder);
    api.api.addBucket("in.c-main");
  }

  @AfterEach
  void stop() {
    children.forEach(Process::destroyForcibly);
    api.close();
    store.close();
  }

  private record Child(Process process, Path out, Path err) {
    void kill() throws InterruptedException {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    JsonNode ended(int exitCode) throws Exception {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).describedAs(Files.readString(err)).isEqualTo(exitCode);
      return Answer.JSON.readTree(Files.readString(out));
    }
  }

  private Child upload(Path file, URI objects, String... more) throws IOException {
    int number = ++logs;
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                PenstockUploader.class.getName(),
                "upload",
                file.toString(),
                "--table=in.c-main.users",
                "--json"));
    command.addAll(List.of(more));
    var builder = new ProcessBuilder(command);
    builder.environment().put("STORAGE_API_URL", api.uri().toString());
    builder.environment().put("STORAGE_API_TOKEN", PlayedServer.TOKEN);
    builder.environment().put("AWS_ENDPOINT_URL_S3", objects.toString());
    builder.environment().put("PENSTOCK_UPLOAD_STATE", folder.resolve("state").toString());
    Path out = folder.resolve("out-" + number);
    Path err = folder.resolve("err-" + number);
    Process child = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    children.add(child);
    return new Child(child, out, err);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    Instant end = Instant.now().plus(Duration.ofSeconds(60));
    var pause = new CountDownLatch(1);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(end);
      assertThat(pause.await(20, TimeUnit.MILLISECONDS)).isFalse();
    }
  }

  private void goesOn(Path file, String... more) throws Exception {
    try (var gate = new PartGate(store.endpoint(), 3)) {
      Child first = upload(file, gate.uri(), more);
      await(() -> store.parts().size() == 3 && gate.parts.stream().anyMatch(part -> part > 3));
      first.kill();
    }
    List<Instant> arrived = store.parts().stream().map(Part::lastModified).toList();
    long there = store.parts().stream().mapToLong(Part::size).sum();

    try (var gate = new PartGate(store.endpoint(), OPEN)) {
      JsonNode report = upload(file, gate.uri(), more).ended(0);

      assertThat(arrived).hasSize(3);
      assertThat(gate.parts).doesNotContain(1, 2, 3).doesNotHaveDuplicates().contains(4);
      long bytes = report.path("file").path("bytes").asLong();
      assertThat(gate.bytes).hasValueBetween(bytes - there, bytes - there + (1 << 20));
      assertThat(report.path("file").path("partsKept").asInt()).isEqualTo(3);
      assertThat(report.path("file").path("parts").asInt()).isEqualTo(3 + gate.parts.size());
      assertThat(report.path("resumed").asBoolean()).isTrue();
      assertThat(report.path("compared").asBoolean()).isTrue();
      assertThat(report.at("/receipt/objects/0/sha256").asString())
          .isEqualTo(report.path("file").path("sha256").asString());
      assertThat(Files.mismatch(file, fetched(report.path("file").path("key").asString())))
          .isEqualTo(-1);
    }
    assertThat(store.uploads()).isEmpty();
    assertThat(api.api.jobCount()).isEqualTo(1);
  }

  private Path fetched(String key) throws IOException {
    Path copy = folder.resolve("fetched");
    try (InputStream stored = store.open(key);
        InputStream in = key.endsWith(".gz") ? new GZIPInputStream(stored) : stored) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    return copy;
  }

  @Test
  void killedUploadGoesOnWithThePartsThatAreMissing() throws Exception {
    goesOn(LargeFiles.digits(folder.resolve("large.csv"), 40, 12_345));
  }

  @Test
  void killedPackedUploadGoesOnWithThePartsThatAreMissing() throws Exception {
    goesOn(LargeFiles.digits(folder.resolve("large.csv"), 64, 12_345), "--gzip-level=1");
  }

  @Test
  void killedBeforeItsJobWasMadeItMakesOneAndSendsNothing() throws Exception {
    Path file = LargeFiles.digits(folder.resolve("large.csv"), 20, 5);
    var asked = new CountDownLatch(1);
    api.failNext(CREATE, _ -> asked.countDown());
    Child first = upload(file, store.endpoint());
    assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
    first.kill();
    assertThat(api.api.jobCount()).isZero();

    try (var gate = new PartGate(store.endpoint(), OPEN)) {
      JsonNode report = upload(file, gate.uri()).ended(0);

      assertThat(gate.bytes).hasValue(0);
      assertThat(report.path("compared").asBoolean()).isTrue();
    }
    assertThat(api.api.jobCount()).isEqualTo(1);
  }

  @Test
  void killedAfterItsJobWasMadeItFindsTheSameJob() throws Exception {
    Path file = LargeFiles.digits(folder.resolve("large.csv"), 20, 5);
    var made = new CountDownLatch(1);
    api.afterNext(CREATE, _ -> made.countDown());
    Child first = upload(file, store.endpoint());
    assertThat(made.await(60, TimeUnit.SECONDS)).isTrue();
    first.kill();
    assertThat(api.api.jobCount()).isEqualTo(1);

    JsonNode report = upload(file, store.endpoint()).ended(0);

    assertThat(api.api.jobCount()).isEqualTo(1);
    assertThat(report.path("created").asBoolean()).isTrue();
    List<String> keys =
        api.seen(CREATE).stream().map(call -> call.header("Idempotency-Key")).toList();
    assertThat(keys).hasSize(2).containsOnly(keys.getFirst());
    try (Stream<Path> states = Files.list(folder.resolve("state"))) {
      assertThat(states).allMatch(state -> state.toString().endsWith(".lock"));
    }
  }

  @Test
  void secondProcessWithTheSameCommandIsRefused() throws Exception {
    Path file = LargeFiles.digits(folder.resolve("large.csv"), 40, 5);
    try (var gate = new PartGate(store.endpoint(), 1)) {
      upload(file, gate.uri());
      await(() -> gate.parts.stream().anyMatch(part -> part > 1));

      Child second = upload(file, gate.uri());
      JsonNode report = second.ended(3);

      assertThat(Files.readString(second.err())).contains("another process is at this very upload");
      assertThat(report.path("error").path("message").asString()).contains("another process");
    }
  }
}
