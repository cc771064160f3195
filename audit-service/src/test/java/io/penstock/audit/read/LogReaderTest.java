package io.penstock.audit.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.penstock.audit.FileObjectStore;
import io.penstock.audit.Samples;
import io.penstock.audit.keep.Trail;
import io.penstock.audit.keep.TrailObjects;
import io.penstock.audit.log.LogKeys;
import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.trail.CanonicalJson;
import io.penstock.trail.Checkpoint;
import io.penstock.trail.EntryBundle;
import io.penstock.trail.Hash;
import io.penstock.trail.KeyFile;
import io.penstock.trail.NoteSigner;
import io.penstock.trail.RecordProof;
import io.penstock.trail.SignedNote;
import io.penstock.trail.TilePath;
import io.penstock.trail.TreeEdge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a log that is written here, as its standard says. */
class LogReaderTest {
  private static final Trail TRAIL = new Trail("1");
  private static final String BUCKET = "trails";
  private static final String NAME = "example.org/audit";
  private static final NoteSigner SIGNER = KeyFile.signer(NAME, KeyFile.generate());
  private static final int SIZE = 700;

  @TempDir Path directory;
  private LogReader log;

  @BeforeEach
  void open() {
    log =
        new LogReader(
            new TrailObjects(
                new FileObjectStore(directory), BUCKET, Duration.ofDays(1), Clock.systemUTC()),
            new LogKeys(NAME, List.of(SIGNER)));
  }

  /** Every third record is of project 13. */
  private static byte[] entry(long index) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("index", index);
    line.put("record", Samples.event(index).project(index % 3 == 0 ? 13L : 12L).build());
    line.put("schema", 1);
    return CanonicalJson.of(Json.write(line));
  }

  private void write(int size) {
    TreeEdge edge = new TreeEdge();
    List<byte[]> bundle = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      byte[] entry = entry(i);
      edge.append(Hash.leaf(entry));
      bundle.add(entry);
      if (bundle.size() == TilePath.FULL || i == size - 1) {
        put(TilePath.entries(i / TilePath.FULL, bundle.size()), EntryBundle.encode(bundle));
        bundle.clear();
      }
    }
    edge.takeFull().forEach(tile -> put(tile.path().toString(), tile.bytes()));
    edge.partial().forEach(tile -> put(tile.path().toString(), tile.bytes()));
    Checkpoint checkpoint = new Checkpoint(NAME + "/1", size, edge.root());
    String note = SignedNote.sign(checkpoint.text(), List.of(SIGNER)).toString();
    put("checkpoint", note.getBytes(StandardCharsets.UTF_8));
    put("checkpoints/" + size, note.getBytes(StandardCharsets.UTF_8));
  }

  private void put(String path, byte[] body) {
    try {
      Files.createDirectories(Objects.requireNonNull(file(path).getParent()));
      Files.write(file(path), body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void remove(String path) throws IOException {
    Files.delete(file(path));
  }

  private Path file(String path) {
    return directory.resolve(BUCKET).resolve("audit/1").resolve(path);
  }

  @Test
  void everyRecordIsProven() {
    write(SIZE);

    for (long index : new long[] {0, 1, 255, 256, 511, 512, 698, 699}) {
      RecordProof proof = log.proof(TRAIL, index, Samples.id(index)).orElseThrow();
      assertThat(RecordProof.parse(proof.toJson()).verify(List.of(SIGNER.key())))
          .as("record %d", index)
          .isInstanceOf(RecordProof.Outcome.Proven.class);
      assertThat(proof.entry()).isEqualTo(new String(entry(index), StandardCharsets.UTF_8));
    }
  }

  @Test
  void whatNoCheckpointCoversIsNotThereYet() {
    assertThat(log.proof(TRAIL, 0, Samples.id(0))).isEmpty();
    assertThat(log.own(TRAIL, 12, 0)).isEmpty();

    write(SIZE);

    assertThat(log.proof(TRAIL, SIZE, Samples.id(SIZE))).isEmpty();
    assertThat(log.proof(TRAIL, -1, Samples.id(0))).isEmpty();
    assertThat(log.proof(new Trail("2"), 0, Samples.id(0))).isEmpty();
  }

  @Test
  void nothingIsProvenThatIndexAndLogDisagreeOn() {
    write(SIZE);

    assertThatIllegalStateException().isThrownBy(() -> log.proof(TRAIL, 7, Samples.id(8)));
  }

  @Test
  void nothingIsProvenOverAnEntryThatWasAltered() {
    write(SIZE);
    List<byte[]> bundle =
        new ArrayList<>(
            EntryBundle.decode(log.object(TRAIL, TilePath.entries(0, 256)).orElseThrow()));
    String altered =
        new String(bundle.get(7), StandardCharsets.UTF_8).replace("Imported", "Deleted");
    bundle.set(7, altered.getBytes(StandardCharsets.UTF_8));
    put(TilePath.entries(0, 256), EntryBundle.encode(bundle));

    assertThatIllegalStateException().isThrownBy(() -> log.proof(TRAIL, 7, Samples.id(7)));
    assertThat(log.proof(TRAIL, 8, Samples.id(8))).isPresent();
  }

  @Test
  void missingTileIsAnOutage() throws IOException {
    write(SIZE);
    remove(TilePath.hash(0, 0, 256));

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> log.proof(TRAIL, 7, Samples.id(7)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
  }

  /** A partial one may go when the full one is there. */
  @Test
  void fullBundleStandsInForAPartialOne() throws IOException {
    write(SIZE);
    byte[] small = log.object(TRAIL, "checkpoint").orElseThrow();
    write(1000);
    remove(TilePath.entries(2, SIZE - 512));
    remove(TilePath.hash(0, 2, SIZE - 512));
    put("checkpoint", small);

    assertThat(log.proof(TRAIL, 699, Samples.id(699))).isPresent();
    assertThat(log.proof(TRAIL, 700, Samples.id(700))).isEmpty();
  }

  @Test
  void ownEntriesAreThoseOfTheProjectInTheirOrder() {
    write(SIZE);

    List<Long> indexes = new ArrayList<>();
    long from = 0;
    while (from >= 0) {
      LogReader.OwnPart part = log.own(TRAIL, 13, from).orElseThrow();
      new String(part.lines(), StandardCharsets.UTF_8)
          .lines()
          .map(Json.mapper()::readTree)
          .forEach(
              line -> {
                long index = line.path("index").asLong();
                indexes.add(index);
                assertThat(line.path("entry").asString())
                    .isEqualTo(new String(entry(index), StandardCharsets.UTF_8));
              });
      from = part.next();
    }

    assertThat(indexes).hasSize(234).isSorted().allMatch(index -> index % 3 == 0);
    assertThat(log.own(TRAIL, 13, 699).orElseThrow().lines()).isNotEmpty();
    assertThat(log.own(TRAIL, 13, SIZE).orElseThrow().next()).isEqualTo(-1);
    assertThat(log.own(TRAIL, 13, Long.MAX_VALUE).orElseThrow().lines()).isEmpty();
    assertThat(log.own(TRAIL, 14, 0).orElseThrow().lines()).isEmpty();
  }

  @Test
  void onlyTheLogsOwnObjectsAreRead() {
    write(SIZE);
    put("segments/00000000000000000000", new byte[1]);
    put("values/x", new byte[1]);

    for (String path :
        List.of(
            "segments/00000000000000000000",
            "values/x",
            "",
            "../1/checkpoint",
            "checkpoints/",
            "checkpoints/../checkpoint",
            "checkpoint/",
            "tile/0/000/../../checkpoint",
            "tile/0/0")) {
      assertThat(log.object(TRAIL, path)).as(path).isEmpty();
    }
    assertThat(log.object(TRAIL, "checkpoint")).isPresent();
    assertThat(log.object(TRAIL, "checkpoints/700")).isPresent();
    assertThat(log.object(TRAIL, "tile/0/000")).isPresent();
  }

  @Test
  void keysAreLinesForGo() {
    assertThat(log.keys()).isEqualTo(SIGNER.key().text() + "\n").startsWith(NAME + "+");
  }
}
