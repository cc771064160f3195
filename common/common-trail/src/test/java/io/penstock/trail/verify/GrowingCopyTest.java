package io.penstock.trail.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.penstock.trail.Checkpoint;
import io.penstock.trail.SignedNote;
import io.penstock.trail.TilePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files are copied one by one while the log grows; or somebody takes some of them away. */
class GrowingCopyTest {
  private static final int STEP = 61;
  private static final int COPIES = 30;

  @TempDir private Path folder;
  private TestLog log;

  /** What stands in the bucket after each growth. */
  private final List<Map<String, byte[]>> states = new ArrayList<>();

  private int copies;

  @BeforeEach
  void grow() throws IOException {
    log = new TestLog(folder.resolve("log"), TestLog.NAME + "/12", TestLog.newSigner());
    for (int step = 0; step < 20; step++) {
      log.grow(STEP).write();
      states.add(state());
    }
  }

  /** Partial tiles are removed when they became full. */
  private Map<String, byte[]> state() throws IOException {
    Map<String, byte[]> state = new TreeMap<>();
    try (Stream<Path> files = Files.walk(log.folder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        state.put(log.folder().relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    Set<String> superfluous =
        state.keySet().stream()
            .filter(
                path ->
                    TilePath.parse(path)
                        .filter(tile -> !tile.isFull())
                        .map(tile -> new TilePath(tile.level(), tile.index(), TilePath.FULL))
                        .filter(full -> state.containsKey(full.toString()))
                        .isPresent())
            .collect(Collectors.toSet());
    state.keySet().removeAll(superfluous);
    return state;
  }

  private final class Copy {
    final Path target = folder.resolve("copy" + copies++);

    /** Copies a file if it is there when it is listed and when its turn comes. */
    void take(String path, int listed, int copied) {
      byte[] bytes = states.get(copied).get(path);
      if (bytes != null && states.get(listed).containsKey(path)) {
        put(path, bytes);
      }
    }

    void put(String path, byte[] bytes) {
      try {
        Path file = target.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void remove(String path) {
      assertThat(target.resolve(path).toFile().delete()).as(path).isTrue();
    }

    Verification verify(@Nullable SignedNote kept) {
      Clock clock = Clock.fixed(TestLog.BEGIN.plus(Duration.ofDays(2)), ZoneOffset.UTC);
      LogVerifier verifier = new LogVerifier(new DirectoryLog(target), List.of(log.key()), clock);
      if (kept != null) {
        verifier.knowing(kept);
      }
      return verifier.verify();
    }
  }

  /** Of the log at rest. */
  private Copy wholeCopy() {
    Copy copy = new Copy();
    states.getLast().forEach(copy::put);
    return copy;
  }

  private Set<String> paths() {
    Set<String> paths = new TreeSet<>();
    states.forEach(state -> paths.addAll(state.keySet()));
    return paths;
  }

  private SignedNote checkpointAt(int step) {
    byte[] bytes = states.get(step).get("checkpoint");
    return SignedNote.parse(
        new String(bytes == null ? new byte[0] : bytes, StandardCharsets.UTF_8));
  }

  private static long size(int step) {
    return (step + 1L) * STEP;
  }

  @Test
  void copyInAnyOrderIsNeverTakenForATamperedLog() {
    Random random = new Random(20300102);
    int undecided = 0;
    for (int i = 0; i < COPIES; i++) {
      int start = random.nextInt(states.size());
      Copy copy = new Copy();
      for (String path : paths()) {
        int listed = start + random.nextInt(states.size() - start);
        copy.take(path, listed, listed + random.nextInt(states.size() - listed));
      }
      if (!Files.exists(copy.target.resolve("checkpoint"))) {
        continue;
      }

      Verification result = copy.verify(i % 2 == 0 ? checkpointAt(start) : null);

      Checkpoint proven = result.proven();
      assertThat(result.verified() || proven != null)
          .as("copy %d from step %d: %s", i, start, result.findings())
          .isTrue();
      if (proven != null) {
        undecided++;
        long full = size(start) / TilePath.FULL * TilePath.FULL;
        assertThat(proven.size()).isGreaterThanOrEqualTo(full / STEP * STEP);
      }
    }
    assertThat(undecided).isGreaterThan(COPIES / 2);
  }

  @Test
  void copyOfCheckpointsThenTheNewestThenTheRestIsVerified() {
    Copy copy = new Copy();
    paths().stream().filter(p -> p.startsWith("checkpoints/")).forEach(p -> copy.take(p, 8, 8));
    copy.take("checkpoint", 9, 9);
    paths().stream().filter(p -> !p.startsWith("checkpoint")).forEach(p -> copy.take(p, 11, 11));

    Verification result = copy.verify(checkpointAt(8));

    assertThat(result.findings()).isEmpty();
    assertThat(result.counts().entries()).isEqualTo(size(9));
  }

  /** The first copy's newest checkpoint is what the next one is measured by. */
  @Test
  void endThatWasTakenAwayIsNamedByTheSecondCopy() {
    Copy first = wholeCopy();
    first.put("checkpoint", bytes("checkpoint", 10));
    assertThat(first.verify(null).mayHaveGrown()).isTrue();

    Verification second = first.verify(checkpointAt(19));

    assertThat(second.mayHaveGrown()).isFalse();
    assertThat(second.findings())
        .extracting(Finding::problem)
        .contains(Problem.TRUNCATED, Problem.OLDER_CHECKPOINT);
  }

  private byte[] bytes(String path, int step) {
    return states.get(step).getOrDefault(path, new byte[0]);
  }

  @Test
  void whatWasWholeUnderAKeptCheckpointIsNotMissingForGrowth() {
    for (String path :
        List.of("tile/entries/001", "tile/0/001", "segments/%020d".formatted(size(5)))) {
      Copy copy = wholeCopy();
      copy.remove(path);

      Verification unknown = copy.verify(null);
      Verification known = copy.verify(checkpointAt(12));

      assertThat(unknown.mayHaveGrown()).as(path).isTrue();
      assertThat(known.verified()).as(path).isFalse();
      assertThat(known.mayHaveGrown()).as(path).isFalse();
    }
  }

  @Test
  void whatIsOtherwiseThanItWasSignedIsNoGrowth() {
    Copy copy = wholeCopy();
    for (String path : paths()) {
      boolean covered =
          states.getLast().containsKey(path)
              && !path.matches("checkpoints/.*[^0]") // every other way to a checkpoint is the same
              && (!path.contains(".p/") || path.endsWith("/" + size(19) % TilePath.FULL));
      if (covered) {
        byte[] altered = bytes(path, 19).clone();
        altered[altered.length / 2] ^= 1;
        copy.put(path, altered);

        Verification result = copy.verify(null);

        copy.put(path, bytes(path, 19));
        assertThat(result.verified()).as(path).isFalse();
        assertThat(result.mayHaveGrown()).as(path).isFalse();
      }
    }
    assertThat(copy.verify(null).verified()).isTrue();
  }

  @Test
  void logThatRestedForDaysMayGrowWhileItIsCopied() throws IOException {
    for (int minutes = 1; minutes < 4; minutes++) {
      log.add(after(Duration.ofDays(2).plusMinutes(minutes)));
    }
    log.write();
    states.set(19, state());
    Copy older = wholeCopy();
    older.put("checkpoint", log.read("checkpoints/" + size(19)));
    Copy behind = wholeCopy();
    behind.remove("segments/%020d".formatted(size(19)));

    for (Copy copy : List.of(older, behind)) {
      Verification result = copy.verify(checkpointAt(18));

      assertThat(result.verified()).isFalse();
      assertThat(result.mayHaveGrown()).as("%s", result.findings()).isTrue();
    }
  }

  /** Its unfinished bundle went when the full one came, which had not been listed. */
  @Test
  void slowLogWhoseLastBundleBecameFullMayHaveGrown() throws IOException {
    int bundle = (int) (size(19) / TilePath.FULL);
    log.add(after(Duration.ofDays(2))).write();
    states.set(19, state());
    Copy copy = wholeCopy();
    copy.remove(log.last("entries"));

    Verification result = copy.verify(null);

    assertThat(result.findings())
        .extracting(Finding::problem, Finding::first)
        .containsExactly(tuple(Problem.MISSING, (long) bundle * TilePath.FULL));
    assertThat(result.mayHaveGrown()).isTrue();
  }

  @Test
  void valuesThatWereCopiedBeforeTheRestMayHaveComeLater() throws IOException {
    for (int i = 0; i < 300; i++) {
      log.add(TestLog.record(log.size()), List.of("value " + i));
    }
    log.write();
    states.set(19, state());
    Copy copy = wholeCopy();
    states.get(19).keySet().stream().filter(p -> p.startsWith("values/")).forEach(copy::remove);

    Verification result = copy.verify(null);

    assertThat(result.mayHaveGrown()).isTrue();
    assertThat(result.proven()).extracting(Checkpoint::size).isEqualTo(size(19));
    assertThat(result.findings()).hasSize(51);
    assertThat(copy.verify(checkpointAt(19)).mayHaveGrown()).isFalse();
  }

  private static Map<String, Object> after(Duration later) {
    Map<String, Object> record = new HashMap<>(TestLog.record(0));
    record.put("time", TestLog.BEGIN.plus(later).toString());
    record.put("id", TestLog.id(TestLog.BEGIN.plus(later), later.toMinutes()).toString());
    return record;
  }

  @Test
  void whatIsOlderThanACopyCanLastIsNoGrowth() throws IOException {
    for (int hours = 25; hours < 28; hours++) {
      log.add(after(Duration.ofHours(hours)));
    }
    log.write();
    states.set(19, state());
    Copy removed = wholeCopy();
    removed.remove("segments/%020d".formatted(size(5)));
    Copy cut = wholeCopy();
    cut.put("checkpoint", bytes("checkpoint", 18));

    assertThat(removed.verify(null).mayHaveGrown()).isFalse();
    assertThat(removed.verify(null).findings())
        .extracting(Finding::problem)
        .containsExactly(Problem.MISSING);
    assertThat(cut.verify(null).mayHaveGrown()).isFalse();
    assertThat(cut.verify(null).findings())
        .extracting(Finding::problem)
        .contains(Problem.OLDER_CHECKPOINT);
  }
}
