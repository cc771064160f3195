package io.penstock.trail.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogVerifierTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 255, 256, 257, 511, 512, 700, 65_536, 65_800})
  void soundLogIsVerifiedWhateverItsSize(int size) {
    TestLog log = TestLog.of(folder.resolve("log"), size);

    Verification result = log.verifier().knowing(log.checkpoint()).verify();

    assertThat(result.findings()).isEmpty();
    assertThat(result.counts().entries()).isEqualTo(size);
    assertThat(result.counts().bundles()).isEqualTo((size + 255) / 256);
    int segments = (size + TestLog.segment(size) - 1) / TestLog.segment(size);
    assertThat(result.counts().segments()).isEqualTo(segments);
    assertThat(result.counts().checkpoints()).isEqualTo(segments + 1);
  }

  @Test
  void copyWithoutSegmentsAndOldCheckpointsIsEnough() throws IOException {
    TestLog log = TestLog.of(folder.resolve("log"), 700);
    for (String part : List.of("segments", "checkpoints")) {
      Path away = folder.resolve("log").resolve(part);
      Files.move(away, folder.resolve(part));
    }

    assertThat(log.verifier().verify().verified()).isTrue();
  }

  @Test
  void logThatGrewSinceTheCheckpointIsStillVerified() {
    TestLog log = TestLog.of(folder.resolve("log"), 700);
    byte[] older = log.read("checkpoint");
    log.grow(600).write();
    for (int size = 701; size <= 1300; size++) {
      if (Files.exists(log.folder().resolve("checkpoints/" + size))) {
        log.delete("checkpoints/" + size);
      }
    }
    log.file("checkpoint", older);
    log.delete("tile/0/002.p/188");
    log.delete("tile/entries/002.p/188");

    Verification result = log.verifier().verify();

    assertThat(result.findings()).isEmpty();
    assertThat(result.counts().entries()).isEqualTo(700);
  }

  /**
   * Of the files that the newest checkpoint covers: partial tiles of older ones are not read. The
   * last character of a signature's base64 has bits that say nothing.
   */
  @Test
  void noChangedByteAndNoLostFileStaysUnseen() throws IOException {
    TestLog log = new TestLog(folder.resolve("log"), TestLog.NAME + "/12", TestLog.newSigner());
    for (int i = 0; i < 10; i++) {
      log.grow(30);
    }
    log.write();
    List<String> files = covered(log);
    assertThat(files).hasSize(12 + 12 + 1 + 5);
    Random random = new Random(20300101);

    for (int i = 0; i < 160; i++) {
      String file = files.get(i % files.size());
      byte[] whole = log.read(file);
      boolean deleted = i < files.size();
      if (deleted) {
        log.delete(file);
      } else {
        log.flip(file, random.nextInt(whole.length - (file.startsWith("checkpoint") ? 3 : 0)));
      }
      boolean optional = deleted && file.startsWith("checkpoints/");
      assertThat(log.verifier().verify().verified()).as(file).isEqualTo(optional);
      log.file(file, whole);
    }
    assertThat(log.verifier().verify().verified()).isTrue();
  }

  private static List<String> covered(TestLog log) throws IOException {
    List<String> covered = new ArrayList<>();
    try (Stream<Path> files = Files.walk(log.folder())) {
      files
          .filter(Files::isRegularFile)
          .map(file -> log.folder().relativize(file).toString())
          .filter(
              file ->
                  !file.contains(".p/")
                      || file.endsWith("001.p/44")
                      || file.endsWith("tile/1/000.p/1"))
          .sorted()
          .forEach(covered::add);
    }
    return covered;
  }

  @Test
  void recordThatStandsTwiceIsNamedWhateverASecondReadingShows() {
    TestLog log = TestLog.of(folder.resolve("log"), 300).add(TestLog.record(5)).write();
    String bundle = log.last("entries");
    byte[] twice = log.read(bundle);
    log.bundle(
        bundle,
        entries -> {
          entries.set(44, TestLog.entry(300, TestLog.record(300)));
          return entries;
        });
    byte[] once = log.read(bundle);
    log.file(bundle, twice);

    assertThat(log.verifier().verify().findings())
        .extracting(Finding::problem, Finding::first)
        .containsExactly(tuple(Problem.DUPLICATED, 300L));
    assertThat(
            log.verifier(new TwoFacedLog(log.folder(), Map.of(bundle, once))).verify().findings())
        .extracting(Finding::problem, Finding::first)
        .containsExactly(tuple(Problem.ALTERED, 300L));
  }

  /** No signature says that there is a second one. */
  @Test
  void recordIsNotTakenForADuplicateByWhatWasNotSigned() {
    TestLog log = TestLog.of(folder.resolve("log"), 300).add(TestLog.record(5)).write();
    byte[] whole = log.read("tile/entries/000");
    log.bundle(
        "tile/entries/000",
        entries -> {
          entries.set(7, entries.get(5));
          return entries;
        });
    byte[] forged = log.read("tile/entries/000");
    log.file("tile/entries/000", whole);

    assertThat(
            log.verifier(new TwoFacedLog(log.folder(), Map.of("tile/entries/000", forged)))
                .verify()
                .findings())
        .extracting(Finding::place, Finding::text)
        .doesNotContain(
            tuple("tile/entries/000", "is record 5 again, id " + TestLog.record(5).get("id")));
  }

  @Test
  void idsAreRememberedAcrossGrowth() {
    IdSet ids = new IdSet();

    for (int i = 0; i < 50_000; i++) {
      assertThat(ids.add(TestLog.id(TestLog.BEGIN, i))).isTrue();
    }
    for (int i = 0; i < 50_000; i++) {
      assertThat(ids.add(TestLog.id(TestLog.BEGIN, i))).isFalse();
    }
  }
}
