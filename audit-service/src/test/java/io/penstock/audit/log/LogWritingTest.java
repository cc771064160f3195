package io.penstock.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.audit.FileObjectStore;
import io.penstock.audit.Samples;
import io.penstock.audit.keep.Grouping;
import io.penstock.audit.keep.Keeper;
import io.penstock.audit.keep.KeptIds;
import io.penstock.audit.keep.MemoryProjection;
import io.penstock.audit.keep.SegmentStore;
import io.penstock.audit.keep.TestIds;
import io.penstock.audit.keep.Trail;
import io.penstock.audit.keep.TrailObjects;
import io.penstock.model.audit.AuditRecord;
import io.penstock.trail.Checkpoint;
import io.penstock.trail.Hash;
import io.penstock.trail.KeyFile;
import io.penstock.trail.NoteSigner;
import io.penstock.trail.SignedNote;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogWritingTest {
  private static final String ORIGIN = "example.com/audit";
  private static final Trail TRAIL = new Trail("1");
  private static final Grouping GROUPING =
      new Grouping(Duration.ofMillis(1), 500, Duration.ofSeconds(20));

  @TempDir Path directory;
  private final NoteSigner signer = KeyFile.signer(ORIGIN, KeyFile.generate());
  private final List<KeptIds> opened = new ArrayList<>();
  private FileObjectStore objects;
  private PlainCopy copy;
  private Service service;
  private volatile Instant now = Samples.START;

  @BeforeEach
  void start() {
    objects = new FileObjectStore(directory);
    copy = new PlainCopy(directory.resolve("trail/audit/1"));
    service = new Service(signer);
  }

  @AfterEach
  void close() {
    opened.forEach(KeptIds::close);
  }

  @Test
  void logHoldsEveryLineOfTheSegments() throws IOException {
    service.keep(0, 1);
    service.log.turn();
    assertThat(copy.verify(signer.key()).size()).isEqualTo(1);

    service.keep(1, 256);
    service.log.turn();
    assertThat(copy.verify(signer.key()).size()).isEqualTo(256);

    for (int n = 256; n < 1500; n += 83) {
      service.keep(n, n + 83);
      service.log.turn();
      assertThat(copy.verify(signer.key())).isEqualTo(checkpoint(n + 83));
    }
  }

  @Test
  void logThatDoesNotGrowIsLeftAlone() {
    service.keep(0, 300);
    service.log.turn();
    service.log.turn();
    objects.written.clear();
    objects.opened.set(0);

    service.log.turn();
    service.log.turn();

    assertThat(objects.written).isEmpty();
    assertThat(objects.opened).hasValue(0);
  }

  @Test
  void nothingIsReadThatWasJustWritten() {
    service.keep(0, 10);
    service.log.turn();
    objects.opened.set(0);

    service.keep(10, 600);
    service.log.turn();

    assertThat(objects.opened).as("the newest checkpoint").hasValue(1);
  }

  @Test
  void logBeginsWithWhatWasThereBefore() throws IOException {
    service.keep(0, 400);
    service.keep(400, 700);

    service = new Service(signer);
    service.log.turn();

    assertThat(copy.verify(signer.key()).size()).isEqualTo(700);
  }

  @Test
  void logGoesOnFromItsCheckpointAfterARestart() throws IOException {
    service.keep(0, 400);
    service.log.turn();
    service.keep(400, 700);

    service = new Service(signer);
    objects.opened.set(0);
    service.log.turn();

    assertThat(copy.verify(signer.key()).size()).isEqualTo(700);
    assertThat(objects.opened).as("checkpoint twice, two tiles, a bundle").hasValueLessThan(7);
    assertThat(service.log.refused()).isEmpty();
  }

  @Test
  void writerThatDiesBetweenAnyTwoStepsIsContinued() throws IOException {
    service.keep(0, 200);
    service.log.turn();
    service.keep(200, 600);
    Map<String, String> expected = null;
    int step = 0;
    for (; expected == null; step++) {
      Map<String, String> before = copy.files();
      objects.stepsLeft.set(step);
      service.log.turn();
      assertThat(copy.verify(signer.key()).size()).isIn(200L, 600L);
      boolean whole = objects.stepsLeft.get() > 0;
      objects.stepsLeft.set(Long.MAX_VALUE);
      service = new Service(signer);
      service.log.turn();
      assertThat(copy.verify(signer.key()).size()).isEqualTo(600);
      if (whole) {
        expected = copy.files();
      } else {
        reset(before);
        service = new Service(signer);
      }
    }
    assertThat(step).as("two full tiles and bundles, three partial, checkpoints").isGreaterThan(8);
    assertThat(service.log.refused()).isEmpty();
  }

  @Test
  void twoWritersMakeOneLog() throws Exception {
    Service other = new Service(signer);
    try (var threads = Executors.newFixedThreadPool(2)) {
      for (Service writer : List.of(service, other)) {
        threads.execute(
            () -> {
              for (int n = 0; n < 2000; n += 100) {
                writer.keep(n, n + 100);
                writer.log.turn();
              }
            });
      }
    }
    for (Service writer : List.of(service, other)) {
      writer.keeper.catchUp();
      writer.log.turn();
      writer.log.turn();
      assertThat(writer.log.refused()).isEmpty();
    }

    assertThat(copy.verify(signer.key()).size()).isEqualTo(2000);
  }

  @Test
  void checkpointThatFellBackIsPutRight() throws IOException {
    service.keep(0, 100);
    service.log.turn();
    byte[] old = copy.read("checkpoint");
    service.keep(100, 200);
    service.log.turn();

    copy.write("checkpoint", old); // as a writer does that was held up in the middle
    service.log.turn();

    assertThat(copy.verify(signer.key()).size()).isEqualTo(200);
  }

  @Test
  void slowWriterDoesNotTakeTheNewestCheckpointBack() {
    service.keep(0, 100);
    service.log.turn();
    service.keep(100, 200);
    Service faster = new Service(signer);
    objects.beforeReplacing.set(
        () -> {
          faster.keep(200, 300);
          faster.log.turn();
        });

    service.log.turn();

    assertThat(checkpoint(300).size()).isEqualTo(300);
    assertThat(service.log.refused()).isEmpty();
    assertThat(faster.log.refused()).isEmpty();
  }

  @Test
  void writerThatIsOvertakenByAnOlderCheckpointWritesItsOwn() {
    service.keep(0, 100);
    service.log.turn();
    byte[] hundred = copy.read("checkpoint");
    service.keep(100, 200);
    service.log.turn();
    service.keep(200, 300);
    objects.beforeReplacing.set(() -> objects.put("trail", "audit/1/checkpoint", hundred, ""));

    service.log.turn();

    assertThat(checkpoint(300).size()).isEqualTo(300);
  }

  @Test
  void partialTilesGoWhenTheyAreFull() throws IOException {
    service.keep(0, 100);
    service.log.turn();
    assertThat(copy.files()).containsKeys("tile/0/000.p/100", "tile/entries/000.p/100");
    service = new Service(signer);

    service.keep(100, 300);
    service.log.turn();

    assertThat(copy.files())
        .containsOnlyKeys(
            "tile/0/000",
            "tile/0/001.p/44",
            "tile/1/000.p/1",
            "tile/entries/000",
            "tile/entries/001.p/44",
            "checkpoints/100",
            "checkpoints/300",
            "checkpoint");
  }

  @Test
  void whatIsKeptIsLockedAndWhatIsMadeAnewIsNot() throws IOException {
    service.keep(0, 300);
    service.log.turn();

    assertThat(objects.locked)
        .containsExactlyInAnyOrder(
            "audit/trails/1",
            SegmentStore.key(TRAIL, 0),
            "audit/1/tile/0/000",
            "audit/1/tile/entries/000",
            "audit/1/checkpoints/300");
  }

  @Test
  void lostPartialTileIsMadeAgain() throws IOException {
    service.keep(0, 300);
    service.log.turn();
    copy.delete("tile/0/001.p/44");
    service.keep(300, 310);

    service = new Service(signer);
    service.log.turn();

    assertThat(copy.verify(signer.key()).size()).isEqualTo(310);
    assertThat(service.log.refused()).isEmpty();
  }

  @Test
  void newKeySignsBesideTheOldOne() throws IOException {
    service.keep(0, 10);
    service.log.turn();
    NoteSigner next = KeyFile.signer(ORIGIN, KeyFile.generate());

    service = new Service(signer, next);
    service.keep(10, 20);
    service.log.turn();

    assertThat(copy.verify(signer.key()).size()).isEqualTo(20);
    assertThat(copy.verify(next.key()).size()).isEqualTo(20);
    service = new Service(next);
    service.keep(20, 30);
    service.log.turn();
    assertThat(copy.verify(next.key()).size()).isEqualTo(30);
  }

  @Test
  void logOfFewerRecordsThanItsCheckpointIsRefused() throws IOException {
    service.keep(0, 100);
    service.keep(100, 200);
    service.log.turn();
    Files.delete(copy.segment(100));

    assertRefused("The checkpoint is of 200 records, the segments hold 100");
  }

  @Test
  void segmentThatWasAlteredIsRefusedWhereItsTilesDiffer() throws IOException {
    service.keep(0, 300);
    service.log.turn();
    String lines = Files.readString(copy.segment(0)).replaceFirst("jane@", "jack@");
    Files.writeString(copy.segment(0), lines);
    copy.delete("checkpoint");

    assertRefused("The checkpoint of size 300 has another root than the segments lead to");
  }

  @Test
  void alteredSegmentsAndTilesAreNotSignedOnTheWayToACheckpoint() throws IOException {
    int records = (1 << 14) + 600; // more than are held in memory at once
    service.keep(0, 300);
    service.keep(300, records);
    service.log.turn();
    String lines = Files.readString(copy.segment(0)).replaceFirst("jane@", "jack@");
    Files.writeString(copy.segment(0), lines);
    for (String path : copy.files().keySet()) {
      if (path.startsWith("tile/")) {
        copy.delete(path);
      }
    }

    assertRefused("The checkpoint of size %d has another root than the segments lead to", records);
    copy.delete("checkpoint");
    assertRefused("The checkpoint of size %d has another root than the segments lead to", records);

    assertThat(copy.files().keySet())
        .filteredOn(path -> path.startsWith("checkpoint"))
        .as("nothing else is signed")
        .containsExactly("checkpoints/" + records);
  }

  @Test
  void logIsMadeAnewWhereAllButItsCheckpointIsLost() throws IOException {
    int records = (1 << 14) + 600;
    service.keep(0, records);
    service.log.turn();
    for (String path : copy.files().keySet()) {
      if (path.startsWith("tile/")) {
        copy.delete(path);
      }
    }
    service.keep(records, records + 10);

    service = new Service(signer);
    service.log.turn();

    assertThat(service.log.refused()).isEmpty();
    assertThat(copy.verify(signer.key()).size()).isEqualTo(records + 10);
  }

  @Test
  void tileThatWasAlteredIsRefused() throws IOException {
    service.keep(0, 300);
    service.log.turn();
    byte[] tile = copy.read("tile/0/000");
    tile[77]++;
    copy.write("tile/0/000", tile);
    copy.delete("checkpoint");

    assertRefused("audit/1/tile/0/000 holds something else than the segments");
  }

  @Test
  void checkpointOfAnotherHistoryIsRefused() throws IOException {
    service.keep(0, 100);
    service.log.turn();
    Checkpoint forged = new Checkpoint(ORIGIN + "/1", 100, Hash.leaf(new byte[0]));
    copy.write(
        "checkpoint",
        SignedNote.sign(forged.text(), List.of(signer))
            .toString()
            .getBytes(StandardCharsets.UTF_8));

    assertRefused("The checkpoint of size 100 has another root than the segments lead to");
  }

  @Test
  void checkpointThatWasReplacedUnderOurHandsIsRefused() throws IOException {
    service.keep(0, 100);
    service.log.turn();
    NoteSigner stranger = KeyFile.signer(ORIGIN, KeyFile.generate());
    Checkpoint truth = copy.checkpoint(signer.key());
    copy.write(
        "checkpoint",
        SignedNote.sign(truth.text(), List.of(stranger))
            .toString()
            .getBytes(StandardCharsets.UTF_8));
    service.keep(100, 200);

    service.log.turn();

    assertThat(service.log.refused())
        .containsEntry(TRAIL, "The checkpoint was replaced by one that we did not sign");
  }

  @Test
  void refusedTrailStopsNoOther() throws IOException {
    service.keep(0, 100);
    service.log.turn();
    Files.delete(copy.segment(0));
    service = new Service(signer);
    service.keeper.keep(List.of(Samples.event(1).organisation(2L).build()));

    service.log.turn();

    assertThat(service.log.refused()).containsOnlyKeys(TRAIL);
    PlainCopy second = new PlainCopy(directory.resolve("trail/audit/2"));
    assertThat(second.verify(signer.key()).size()).isEqualTo(1);
  }

  @Test
  void logThatCannotBeWrittenForLongIsBehindUntilItIsWritten() {
    service.keep(0, 100);
    objects.away = true;
    service.log.turn();
    Instant since = now;

    now = since.plus(LogWriting.LONGEST_BEHIND).minusSeconds(1);
    service.log.turn();
    assertThat(service.log.behind()).as("it may recover by itself").isEmpty();

    now = since.plus(LogWriting.LONGEST_BEHIND);
    assertThat(service.log.behind()).containsExactly(Map.entry(TRAIL, since));

    objects.away = false;
    service.log.turn();
    assertThat(service.log.behind()).isEmpty();
    assertThat(checkpoint(100).size()).isEqualTo(100);
  }

  @Test
  void trailThatHangsKeepsNoOtherLogBackAndIsBehind() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    service.keep(0, 100);
    service.log.turn();
    service.keep(100, 200);
    objects.beforeReplacing.set(() -> awaitEnd(end));
    LogWriting log = service.newLog(Duration.ofMillis(20));
    log.start();
    try {
      await().until(() -> copy.has("checkpoints/200"));
      service.keeper.keep(List.of(Samples.event(1000).organisation(2L).build()));
      PlainCopy second = new PlainCopy(directory.resolve("trail/audit/2"));
      await().until(() -> second.has("checkpoint"));
      service.keeper.keep(List.of(Samples.event(1001).organisation(2L).build()));
      await().until(() -> second.has("checkpoints/2"));
      assertThat(checkpoint(100).size()).as("it hangs").isEqualTo(100);
      assertThat(log.behind()).isEmpty();

      now = now.plus(LogWriting.LONGEST_BEHIND);
      await().until(() -> log.behind().keySet().equals(Set.of(TRAIL)));

      end.countDown();
      await().until(() -> log.behind().isEmpty());
      assertThat(checkpoint(200).size()).isEqualTo(200);
    } finally {
      end.countDown();
      log.stop();
    }
  }

  private static void awaitEnd(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void writerIsAliveFromStartToStop() {
    assertThat(service.log.isAlive()).isFalse();
    service.log.start();
    assertThat(service.log.isAlive()).isTrue();
    service.log.stop();
    assertThat(service.log.isAlive()).isFalse();
  }

  private void assertRefused(String reason, int records) throws IOException {
    assertRefused(reason.formatted(records));
  }

  private void assertRefused(String reason) throws IOException {
    Map<String, String> before = copy.files();

    service = new Service(signer);
    service.log.turn();
    service.log.turn();

    assertThat(service.log.refused()).containsEntry(TRAIL, reason);
    Map<String, String> after = copy.files();
    before.forEach((path, bytes) -> assertThat(after).containsEntry(path, bytes));
    assertThat(after.get("checkpoint")).as("no new checkpoint").isEqualTo(before.get("checkpoint"));
  }

  private Checkpoint checkpoint(int size) {
    Checkpoint newest = copy.checkpoint(signer.key());
    assertThat(newest.size()).isEqualTo(size);
    return newest;
  }

  private void reset(Map<String, String> before) throws IOException {
    Map<String, String> now = new HashMap<>(copy.files());
    for (String path : now.keySet()) {
      copy.delete(path);
    }
    for (Map.Entry<String, String> file : before.entrySet()) {
      copy.write(file.getKey(), file.getValue().getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  /** Everything but Spring, S3 and SQS. */
  private final class Service {
    final Keeper keeper;
    final LogWriting log;
    private final SegmentStore segments;
    private final TrailObjects store;
    private final LogKeys keys;

    Service(NoteSigner... signers) {
      store = new TrailObjects(objects, "trail", Duration.ofDays(1), Clock.systemUTC());
      segments = new SegmentStore(store);
      keys = new LogKeys(ORIGIN, List.of(signers));
      KeptIds ids = TestIds.open(directory.resolve("ids-" + opened.size()));
      opened.add(ids);
      keeper = new Keeper(segments, ids, new MemoryProjection(), GROUPING);
      log = newLog(Duration.ofSeconds(5));
      keeper.catchUp();
    }

    LogWriting newLog(Duration interval) {
      return new LogWriting(keeper, segments, store, keys, interval, () -> now);
    }

    void keep(int from, int to) {
      List<AuditRecord> records =
          LongStream.range(from, to).mapToObj(n -> Samples.event(n).build()).toList();
      keeper.keep(records);
    }
  }
}
