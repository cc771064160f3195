package io.penstock.trail.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.trail.Checkpoint;
import io.penstock.trail.Hash;
import io.penstock.trail.SignedNote;
import io.penstock.trail.TreeEdge;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever can write in the bucket tries it; the last ones have the signing key too. */
class TamperingTest {
  private static final String FIRST_BUNDLE = "tile/entries/000";

  @TempDir private Path folder;
  private TestLog log;

  @BeforeEach
  void begin() {
    log = TestLog.of(folder.resolve("log"), 700);
  }

  private Verification verify() {
    return log.verifier().verify();
  }

  private static Tuple[] found(Verification result) {
    return result.findings().stream()
        .map(found -> Tuple.tuple(found.problem(), found.first(), found.last()))
        .toArray(Tuple[]::new);
  }

  private static Tuple finding(Problem problem, long record) {
    return Tuple.tuple(problem, record, record);
  }

  private static String altered(String entry) {
    return entry.replace("ALLOWED", "REFUSED");
  }

  private static byte[] altered(byte[] entry) {
    return TestLog.bytes(altered(new String(entry, StandardCharsets.UTF_8)));
  }

  @Test
  void nothingIsFoundWhereNothingWasDone() {
    assertThat(found(verify())).isEmpty();
  }

  @Test
  void editedEntryIsNamed() {
    log.bundle(
        FIRST_BUNDLE,
        entries -> {
          entries.set(42, altered(entries.get(42)));
          return entries;
        });

    assertThat(found(verify())).containsExactly(finding(Problem.ALTERED, 42));
  }

  @Test
  void editedLineOfSegmentIsNamed() {
    log.lines(
        100,
        lines -> {
          lines.set(7, altered(lines.get(7)));
          return lines;
        });

    assertThat(found(verify())).containsExactly(finding(Problem.ALTERED, 107));
  }

  @Test
  void entryEditedEverywhereButInTheTilesIsNamedInBoth() {
    log.bundle(
        FIRST_BUNDLE,
        entries -> {
          entries.set(142, altered(entries.get(142)));
          return entries;
        });
    log.lines(
        100,
        lines -> {
          lines.set(42, altered(lines.get(42)));
          return lines;
        });

    Verification result = verify();

    assertThat(found(result))
        .containsExactly(finding(Problem.ALTERED, 142), finding(Problem.ALTERED, 142));
    assertThat(result.findings())
        .extracting(Finding::place)
        .containsExactlyInAnyOrder(FIRST_BUNDLE, "segments/00000000000000000100");
  }

  @Test
  void removedEntryIsNamedAndNotWhatMovedUp() {
    log.bundle(
        FIRST_BUNDLE,
        entries -> {
          entries.remove(17);
          return entries;
        });

    assertThat(found(verify())).containsExactly(finding(Problem.MISSING, 17));
  }

  @Test
  void removedLineOfSegmentIsNamed() {
    log.lines(
        300,
        lines -> {
          lines.remove(99);
          return lines;
        });

    assertThat(found(verify())).containsExactly(finding(Problem.MISSING, 399));
  }

  @Test
  void removedLastLineOfLastSegmentIsNamed() {
    log.lines(
        600,
        lines -> {
          lines.remove(99);
          return lines;
        });

    assertThat(found(verify())).containsExactly(finding(Problem.MISSING, 699));
  }

  @Test
  void removedSegmentIsNamed() {
    log.delete("segments/00000000000000000200");

    Verification result = verify();

    assertThat(result.findings())
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.problem()).isEqualTo(Problem.MISSING);
              assertThat(found.first()).isEqualTo(200);
              assertThat(found.last()).isEqualTo(299);
            });
  }

  @Test
  void firstSegmentRemovedIsNamed() {
    log.delete("segments/00000000000000000000");

    assertThat(found(verify())).containsExactly(Tuple.tuple(Problem.MISSING, 0L, 99L));
  }

  @Test
  void removedBundleIsNamed() {
    log.delete("tile/entries/001");

    assertThat(found(verify())).containsExactly(Tuple.tuple(Problem.MISSING, 256L, 511L));
  }

  @Test
  void swappedEntriesAreNamed() {
    log.bundle(
        FIRST_BUNDLE,
        entries -> {
          Collections.swap(entries, 3, 9);
          return entries;
        });

    assertThat(found(verify()))
        .containsExactly(finding(Problem.OUT_OF_ORDER, 3), finding(Problem.OUT_OF_ORDER, 9));
  }

  @Test
  void swappedLinesOfSegmentAreNamed() {
    log.lines(
        0,
        lines -> {
          Collections.swap(lines, 3, 4);
          return lines;
        });

    assertThat(found(verify()))
        .containsExactly(finding(Problem.OUT_OF_ORDER, 3), finding(Problem.OUT_OF_ORDER, 4));
  }

  @Test
  void entriesSwappedAndNumberedAnewAreNamed() {
    log.bundle(
        FIRST_BUNDLE,
        entries -> {
          entries.set(3, TestLog.entry(3, TestLog.record(9)));
          entries.set(9, TestLog.entry(9, TestLog.record(3)));
          return entries;
        });

    assertThat(found(verify()))
        .containsExactly(finding(Problem.ALTERED, 3), finding(Problem.ALTERED, 9));
  }

  @Test
  void entrySwappedWithOneOfAnotherBundleIsNamed() {
    log.bundle(
        FIRST_BUNDLE,
        entries -> {
          entries.set(3, log.entry(300));
          return entries;
        });

    assertThat(found(verify()))
        .containsExactly(finding(Problem.MISSING, 3), finding(Problem.OUT_OF_ORDER, 300));
  }

  @Test
  void duplicatedEntryIsNamed() {
    log.bundle(
        FIRST_BUNDLE,
        entries -> {
          entries.add(31, entries.get(30));
          return entries;
        });

    assertThat(found(verify())).containsExactly(finding(Problem.DUPLICATED, 30));
  }

  @Test
  void entryOverwrittenByACopyOfAnotherIsNamed() {
    log.bundle(
        FIRST_BUNDLE,
        entries -> {
          entries.set(31, entries.get(30));
          return entries;
        });

    assertThat(found(verify()))
        .containsExactly(finding(Problem.DUPLICATED, 30), finding(Problem.MISSING, 31));
  }

  @Test
  void duplicatedLineOfSegmentIsNamed() {
    log.lines(
        600,
        lines -> {
          lines.add(lines.get(5));
          return lines;
        });

    assertThat(found(verify())).containsExactly(finding(Problem.DUPLICATED, 605));
  }

  @Test
  void backDatedEntryIsNamedAsSuch() {
    log.bundle(
        FIRST_BUNDLE,
        entries -> {
          String text = new String(entries.get(60), StandardCharsets.UTF_8);
          entries.set(60, TestLog.bytes(text.replace("2020-01-01T10:", "2019-12-31T10:")));
          return entries;
        });

    assertThat(found(verify())).containsExactly(finding(Problem.BACK_DATED, 60));
  }

  @Test
  void truncatedLogIsNamedFromItsFirstMissingRecord() {
    log.delete(log.last("entries"));
    log.delete(log.last("0"));
    log.delete("segments/00000000000000000600");

    Verification result = verify();

    assertThat(result.findings())
        .extracting(Finding::problem, Finding::first, Finding::last)
        .contains(
            Tuple.tuple(Problem.MISSING, 512L, 699L), Tuple.tuple(Problem.MISSING, 600L, 699L));
    assertThat(result.firstRecord()).hasValueSatisfying(f -> assertThat(f.first()).isEqualTo(512));
  }

  @Test
  void olderCheckpointIsNamedByTheNewerOnesBesideIt() {
    log.file("checkpoint", log.read("checkpoints/300"));

    assertThat(found(verify())).containsExactly(Tuple.tuple(Problem.OLDER_CHECKPOINT, 300L, 699L));
  }

  @Test
  void olderCheckpointWithoutNewerOnesIsNamedByTheKeptOne() {
    SignedNote kept = log.checkpoint();
    log.file("checkpoint", log.read("checkpoints/300"));
    for (int size = 400; size <= 700; size += 100) {
      log.delete("checkpoints/" + size);
    }

    assertThat(found(log.verifier().knowing(kept).verify()))
        .containsExactly(Tuple.tuple(Problem.TRUNCATED, 300L, 699L));
  }

  @Test
  void recordsThatWaitLongForACheckpointAreNamed() {
    log.add(later(Duration.ofHours(3))).add(later(Duration.ofHours(5))).write();
    log.file("checkpoint", log.read("checkpoints/700"));
    log.delete("checkpoints/701");
    log.delete("checkpoints/702");

    assertThat(found(verify())).containsExactly(Tuple.tuple(Problem.OLDER_CHECKPOINT, 700L, 701L));
  }

  @Test
  void recordsThatJustCameAreNoFinding() {
    log.add(later(Duration.ofHours(3))).write();
    log.file("checkpoint", log.read("checkpoints/700"));
    log.delete("checkpoints/701");

    Verification result = verify();

    assertThat(result.verified()).isTrue();
    assertThat(result.notices())
        .containsExactly("1 records in segments are newer than the checkpoint");
  }

  private static Map<String, Object> later(Duration after) {
    Map<String, Object> record = new HashMap<>(TestLog.record(701));
    record.put("time", TestLog.BEGIN.plus(after).toString());
    record.put("id", TestLog.id(TestLog.BEGIN.plus(after), after.toHours()).toString());
    return record;
  }

  @Test
  void checkpointOfAnotherKeyIsRefused() {
    TestLog forged = TestLog.of(folder.resolve("forged"), 700);
    log.file("checkpoint", forged.read("checkpoint"));

    assertThat(found(verify())).containsExactly(finding(Problem.SIGNATURE, Finding.NO_RECORD));
  }

  @Test
  void checkpointOfAnotherLogOfTheSameKeyIsRefused() {
    TestLog other =
        new TestLog(folder.resolve("other"), TestLog.NAME + "/13", log.signer()).grow(700).write();
    log.file("checkpoint", other.read("checkpoint"));

    assertThat(found(log.verifier().of(TestLog.NAME + "/12").verify()))
        .contains(finding(Problem.FOREIGN_LOG, Finding.NO_RECORD));
    assertThat(found(log.verifier().knowing(SignedNote.parse(note("checkpoints/300"))).verify()))
        .contains(finding(Problem.FOREIGN_LOG, Finding.NO_RECORD));
  }

  private String note(String path) {
    return new String(log.read(path), StandardCharsets.UTF_8);
  }

  @Test
  void noCheckpointIsNoLog() {
    log.delete("checkpoint");

    assertThat(found(verify())).containsExactly(finding(Problem.SIGNATURE, Finding.NO_RECORD));
  }

  @Test
  void alteredTileIsBlamedAndNotTheEntry() {
    log.flip("tile/0/001", 32 * 5);
    log.flip(log.last("0"), 32 * 6);
    log.flip("tile/1/000.p/2", 0);

    assertThat(found(verify()))
        .containsExactlyInAnyOrder(
            finding(Problem.TILE, 256 + 5),
            finding(Problem.TILE, 512 + 6),
            Tuple.tuple(Problem.TILE, 0L, 511L));
  }

  @Test
  void entryOfTheUnfinishedBundleIsBlamedAndNotItsTile() {
    log.bundle(
        log.last("entries"),
        entries -> {
          entries.set(6, altered(entries.get(6)));
          return entries;
        });

    assertThat(found(verify())).containsExactly(finding(Problem.ALTERED, 518));
  }

  @Test
  void missingTilesAreNamed() {
    log.delete("tile/0/001");
    log.delete("tile/1/000.p/2");

    assertThat(found(verify()))
        .containsExactlyInAnyOrder(
            Tuple.tuple(Problem.TILE, 256L, 511L), Tuple.tuple(Problem.TILE, 0L, 511L));
  }

  @Test
  void entryWhoseTileWasHashedAnewIsNarrowedDownByTheTreeAbove() {
    log.rewrite(300, TamperingTest::altered);
    byte[] tile = log.read("tile/0/001");
    Hash.leaf(log.entry(300)).copyTo(tile, 32 * (300 - 256));
    log.file("tile/0/001", tile);
    log.bundle(
        "tile/entries/001",
        entries -> {
          entries.set(300 - 256, log.entry(300));
          return entries;
        });

    Verification result = verify();

    assertThat(found(result))
        .contains(
            Tuple.tuple(Problem.TILE, 256L, 511L), Tuple.tuple(Problem.CHECKPOINT, 300L, 399L));
  }

  @Test
  void logThatWasWrittenAnewIsExposedByTheCheckpointsInTheCopy() {
    byte[] old = log.read("checkpoints/400");
    log.rewrite(310, TamperingTest::altered);
    log.write();
    log.file("checkpoints/400", old);

    assertThat(found(verify())).containsExactly(Tuple.tuple(Problem.CHECKPOINT, 300L, 399L));
  }

  @Test
  void logThatWasHashedAndSignedAnewIsExposedByTheKeptCheckpointOnly() {
    SignedNote kept = SignedNote.parse(note("checkpoints/300"));
    SignedNote later = SignedNote.parse(note("checkpoints/600"));
    SignedNote before = SignedNote.parse(note("checkpoints/100"));
    log.rewrite(210, TamperingTest::altered);
    log.write();

    assertThat(found(verify())).isEmpty();
    assertThat(found(log.verifier().knowing(before).verify())).isEmpty();
    Verification result = log.verifier().knowing(later).knowing(kept).knowing(before).verify();
    assertThat(found(result)).containsExactly(Tuple.tuple(Problem.REWRITTEN, 100L, 299L));
    assertThat(result.findings().getFirst().text()).contains("when you kept the checkpoint of 300");
  }

  @Test
  void logSignedAnewWithoutItsEndIsExposedByTheKeptCheckpoint() {
    SignedNote kept = log.checkpoint();
    log = new TestLog(folder.resolve("log"), TestLog.NAME + "/12", log.signer()).grow(650).write();

    assertThat(found(verify())).isEmpty();
    assertThat(found(log.verifier().knowing(kept).verify()))
        .containsExactly(Tuple.tuple(Problem.TRUNCATED, 650L, 699L));
  }

  @Test
  void whatTheKeeperSignedAgainstTheRulesIsFoundToo() {
    Map<String, Object> old = new HashMap<>(TestLog.record(705));
    old.put("time", TestLog.BEGIN.minus(Duration.ofDays(1)).toString());
    Map<String, Object> ancient = new HashMap<>(old);
    ancient.put("id", TestLog.id(TestLog.BEGIN.minus(Duration.ofDays(60)), 1).toString());
    ancient.put("time", TestLog.BEGIN.minus(Duration.ofDays(60)).toString());
    Map<String, Object> tomorrow = new HashMap<>(TestLog.record(706));
    tomorrow.put("time", TestLog.BEGIN.plus(Duration.ofDays(9)).toString());
    log.add(TestLog.record(5)).add(old).add(ancient).add(tomorrow);
    log.rewrite(600, text -> text.replace("\"index\":600", "\"index\":601"));
    log.write();

    assertThat(found(verify()))
        .containsExactlyInAnyOrder(
            finding(Problem.OUT_OF_ORDER, 601),
            finding(Problem.DUPLICATED, 700),
            finding(Problem.BACK_DATED, 701),
            finding(Problem.BACK_DATED, 702),
            finding(Problem.TIME, 703));
  }

  /** Two records, of which the same text stands beside the log, and one of another's. */
  private List<String> addValues() {
    String one = "x".repeat(40_000);
    String other = "y".repeat(40_000);
    log.add(TestLog.record(701), List.of(one))
        .add(TestLog.record(702), List.of(one, other))
        .add(TestLog.record(703), List.of(other))
        .write();
    return Stream.of(one, other).map(text -> "values/" + Sha256.hex(TestLog.bytes(text))).toList();
  }

  @Test
  void whatStandsBesideTheLogIsReadOnce() {
    addValues();

    Verification result = verify();

    assertThat(result.verified()).isTrue();
    assertThat(result.counts().values()).isEqualTo(2);
  }

  @Test
  void valueThatWasChangedIsNamedByTheRecordsThatItBelongsTo() {
    List<String> values = addValues();
    log.flip(values.getFirst(), 20_000);

    Verification result = verify();

    assertThat(found(result)).containsExactly(Tuple.tuple(Problem.ALTERED, 700L, 701L));
    assertThat(result.findings().getFirst().place()).isEqualTo(values.getFirst());
    assertThat(result.mayHaveGrown()).isFalse();
  }

  @Test
  void valueThatWasExchangedForAnotherIsNamed() {
    List<String> values = addValues();
    log.file(values.getLast(), log.read(values.getFirst()));

    assertThat(found(verify())).containsExactly(Tuple.tuple(Problem.ALTERED, 701L, 702L));
  }

  @Test
  void valueThatWasTakenAwayIsNamed() {
    List<String> values = addValues();
    log.delete(values.getLast());

    Verification result = log.verifier().knowing(log.checkpoint()).verify();

    assertThat(found(result)).containsExactly(Tuple.tuple(Problem.MISSING, 701L, 702L));
    assertThat(result.mayHaveGrown()).isFalse();
  }

  @Test
  void valueThatIsNotThereMayHaveComeAfterTheCopy() {
    List<String> values = addValues();
    log.delete(values.getLast());

    Verification result = verify();

    assertThat(result.verified()).isFalse();
    assertThat(result.proven()).extracting(Checkpoint::size).isEqualTo(701L);
  }

  @Test
  void allValuesTakenAwayAreNamed() {
    List<String> values = addValues();
    values.forEach(log::delete);
    log.delete("values");

    assertThat(found(log.verifier().knowing(log.checkpoint()).verify()))
        .containsExactlyInAnyOrder(
            Tuple.tuple(Problem.MISSING, 700L, 701L), Tuple.tuple(Problem.MISSING, 701L, 702L));
  }

  /** The keeper of the key signs what the rules do not allow. */
  @Test
  void nothingButAValueIsReadForAnEntry() {
    log.add(TestLog.record(701));
    log.rewrite(
        700, text -> text.replace("\"schema\":1", "\"replaced\":[\"../checkpoint\"],\"schema\":1"));
    log.write();

    assertThat(found(verify())).containsExactly(finding(Problem.ALTERED, 700));
  }

  @Test
  void emptyLogIsALog() {
    TestLog empty = new TestLog(folder.resolve("empty"), TestLog.NAME + "/12", log.signer());
    empty.file(
        "checkpoint",
        TestLog.bytes(
            SignedNote.sign(
                new Checkpoint(TestLog.NAME + "/12", 0, new TreeEdge().root()).text(),
                List.of(log.signer()))));

    assertThat(empty.verifier().verify().verified()).isTrue();
  }
}
