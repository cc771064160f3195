package io.penstock.trail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.model.Json;
import io.penstock.trail.verify.DirectoryLog;
import io.penstock.trail.verify.TestLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The log is accepted by verifiers that nobody here wrote: Tessera's fsck over a plain copy of the
 * files, and Go's own note and tlog packages for the proofs. Their versions stand in {@code
 * src/test/go/go.mod}.
 *
 * <p>Without Go 1.24 this is skipped, unless {@code -Dgo.required=true}.
 */
class ForeignVerifiersIT {
  private static final int RECORDS = 66_000;
  private static final String FSCK = "github.com/transparency-dev/tessera/cmd/fsck";

  @TempDir private static Path folder;
  private static TestLog log;

  private record Ended(int exitCode, String output) {}

  @BeforeAll
  static void build() throws IOException, InterruptedException {
    String go = go();
    boolean required = Boolean.getBoolean("go.required");
    assumeTrue(required || !go.isEmpty(), "Go 1.24 or newer is not there");
    assertThat(go).as("Go 1.24 or newer").isNotEmpty();
    Ended built = run(Path.of("src", "test", "go"), go, "build", "-o", folder + "/", ".", FSCK);
    assumeTrue(required || built.exitCode() == 0, "Go's modules cannot be had: " + built.output());
    assertThat(built.exitCode()).as(built.output()).isZero();
    log = TestLog.of(folder.resolve("log"), RECORDS);
    Files.writeString(folder.resolve("key.pub"), log.key().text() + "\n");
  }

  /** The first Go that is new enough; empty when there is none. */
  private static String go() throws InterruptedException {
    for (String candidate : List.of("go", "/usr/local/go/bin/go", "/usr/lib/go/bin/go")) {
      try {
        String version = run(folder, candidate, "env", "GOVERSION").output().strip();
        String[] parts = version.replace("go", "").split("\\.", -1);
        if (Integer.parseInt(parts[0]) > 1 || Integer.parseInt(parts[1]) >= 24) {
          return candidate;
        }
      } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException _) {
        // Not there, or not Go.
      }
    }
    return "";
  }

  private static Ended run(Path directory, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", null);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("GOFLAGS", "-mod=readonly -buildvcs=false");
    Process process = builder.start();
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + " does not end");
    }
    return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }

  private static Ended fsck(Path copy) throws IOException, InterruptedException {
    return run(
        folder,
        folder.resolve("fsck").toString(),
        "--ui=false",
        "--storage_url=file://" + copy,
        "--public_key=" + folder.resolve("key.pub"),
        "--origin=" + TestLog.NAME + "/12");
  }

  private static Ended foreign(Path proofs) throws IOException, InterruptedException {
    return run(
        folder,
        folder.resolve("foreign").toString(),
        folder.resolve("key.pub").toString(),
        proofs.toString());
  }

  @Test
  void tesserasFsckAcceptsACopyOfTheFiles() throws IOException, InterruptedException {
    Path copy = copy(log.folder(), folder.resolve("copy"));

    assertThat(fsck(copy).output())
        .contains("Successfully fsck'd log with size " + RECORDS)
        .doesNotContain("fsck failed");
  }

  /** Of one tile: fsck waits for ever when it finds a tile wrong and has more than one to go. */
  @Test
  void tesserasFsckRefusesWhatWasTamperedWith() throws IOException, InterruptedException {
    TestLog small =
        new TestLog(folder.resolve("small"), TestLog.NAME + "/12", log.signer()).grow(200).write();
    assertThat(fsck(small.folder()).output()).contains("Successfully fsck'd log with size 200");
    small.flip(small.last("entries"), 100);

    assertThat(fsck(small.folder()).output()).contains("fsck failed").doesNotContain("Success");
  }

  @Test
  void gosOwnPackagesAcceptEveryProof() throws IOException, InterruptedException {
    Path proofs = Files.createDirectories(folder.resolve("proofs"));
    for (int index = 0; index < RECORDS; index += 997) {
      write(proofs.resolve(index + ".proof.json"), log.proof(index).toJson());
    }
    write(proofs.resolve("last.proof.json"), log.proof(RECORDS - 1).toJson());
    for (int size = 5_000; size <= RECORDS; size += 5_000) {
      write(proofs.resolve(size + ".growth.json"), growth(size));
    }

    Ended ended = foreign(proofs);

    assertThat(ended.output()).isEqualTo("accepted 68 records and 13 growths\n");
    assertThat(ended.exitCode()).isZero();
  }

  @Test
  void gosOwnPackagesRefuseTheProofOfAnotherRecord() throws IOException, InterruptedException {
    Path proofs = Files.createDirectories(folder.resolve("refused"));
    RecordProof proof = log.proof(7);
    write(
        proofs.resolve("7.proof.json"),
        new RecordProof(8, proof.entry(), proof.proof(), proof.checkpoint()).toJson());

    assertThat(foreign(proofs).exitCode()).isEqualTo(1);
  }

  private static String growth(int size) {
    Map<String, Object> growth = new LinkedHashMap<>();
    TileHashes hashes = new TileHashes(new DirectoryLog(log.folder()), RECORDS);
    growth.put("older", new String(log.read("checkpoints/" + size), StandardCharsets.UTF_8));
    growth.put("newer", log.checkpoint().toString());
    growth.put("proof", hashes.consistency(size, RECORDS).stream().map(Hash::base64).toList());
    return Json.write(growth);
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return to;
  }
}
