package io.penstock.audit.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.audit.FileObjectStore;
import io.penstock.audit.Samples;
import io.penstock.model.audit.AuditRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentStoreTest {
  private static final Trail TRAIL = new Trail("1");
  private static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");
  private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);

  @TempDir Path directory;
  private FileObjectStore objects;
  private SegmentStore segments;
  private final List<Long> firsts = new ArrayList<>();
  private final Random random = new Random(20300101);

  @BeforeEach
  void store() {
    objects = new FileObjectStore(directory);
    segments = new SegmentStore(objects, "trail");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 40, 400})
  void firstSegmentSinceATimeIsFoundWhereverItIs(int size) throws IOException {
    for (int hour = 0; hour < size; hour++) {
      write(BEGIN.plus(Duration.ofHours(hour)));
    }

    for (int hour = 0; hour < size; hour += 1 + size / 20) {
      Instant since = BEGIN.plus(Duration.ofHours(hour)).plus(CLOCKS_DIFFER);
      assertThat(segments.firstSince(TRAIL, since)).isEqualTo(firsts.get(hour));
    }
    assertThat(segments.firstSince(TRAIL, BEGIN)).as("all are later").isZero();
    assertThat(segments.firstSince(TRAIL, Instant.MAX))
        .as("the last, when all are earlier")
        .isEqualTo(firsts.getLast());
  }

  @Test
  void longWayIsReadSideBySideInPortions() {
    writeWhole(200);
    objects.slowness = Duration.ofMillis(2);

    List<Long> found = new ArrayList<>();
    long next = 0;
    for (List<Segment> ahead = segments.ahead(TRAIL, next);
        !ahead.isEmpty();
        ahead = segments.ahead(TRAIL, next)) {
      ahead.forEach(segment -> found.add(segment.firstIndex()));
      next = ahead.getLast().next();
    }

    assertThat(found).isEqualTo(firsts);
    assertThat(objects.asked).as("portions of 65").hasValue(4);
    assertThat(objects.mostReading.get()).isBetween(2, 16);
  }

  @Test
  void portionEndsWhereTheChainDoes() throws IOException {
    writeWhole(5);
    objects.put("trail", SegmentStore.key(TRAIL, firsts.get(3)), new byte[] {'x', '\n'}, "");

    assertThat(segments.ahead(TRAIL, 0))
        .extracting(Segment::firstIndex)
        .isEqualTo(firsts.subList(0, 3));
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> segments.ahead(TRAIL, firsts.get(3)));
    Files.delete(directory.resolve("trail").resolve(SegmentStore.key(TRAIL, firsts.get(2))));
    assertThat(segments.ahead(TRAIL, 0)).hasSize(2);
    assertThat(segments.ahead(TRAIL, firsts.get(2))).isEmpty();
    objects.put("trail", "audit/1/segments/notes.txt", new byte[1], "");
    assertThat(segments.ahead(TRAIL, firsts.get(4))).hasSize(1);
  }

  @Test
  void trailWithoutSegmentsBeginsAtItsBeginning() {
    assertThat(segments.firstSince(TRAIL, BEGIN)).isZero();
  }

  @Test
  void fewQuestionsAreAskedOfALongTrail() throws IOException {
    for (int hour = 0; hour < 1_000; hour++) {
      write(BEGIN.plus(Duration.ofHours(hour)));
    }

    for (int hour : List.of(0, 1, 500, 998, 2_000)) {
      objects.asked.set(0);
      long _ = segments.firstSince(TRAIL, BEGIN.plus(Duration.ofHours(hour)));
      assertThat(objects.asked)
          .as("bits of %d, twice", firsts.getLast())
          .hasValueLessThan(2 * Long.toBinaryString(firsts.getLast()).length() + 4);
    }
  }

  @Test
  void clockThatJumpsBackAndForthHidesNoSegment() throws IOException {
    List<Instant> times = new ArrayList<>();
    for (int hour = 0; hour < 300; hour++) {
      Duration wrong = Duration.ofMinutes(random.nextInt(-11 * 60, 11 * 60));
      times.add(BEGIN.plus(Duration.ofHours(hour)).plus(wrong));
      write(times.getLast());
    }

    for (int hour = 0; hour < 300; hour += 7) {
      Instant since = BEGIN.plus(Duration.ofHours(hour));
      long first = segments.firstSince(TRAIL, since);

      for (int at = 0; firsts.get(at) < first; at++) {
        assertThat(times.get(at)).isBefore(since);
      }
      assertThat(firsts.get(Math.max(0, hour - 60))).as("not much more").isLessThanOrEqualTo(first);
    }
  }

  /** A console makes markers of folders, and people leave things. */
  @Test
  void whatNamesNoTrailKeepsNoTrailFromBeingFound() {
    segments.begin(TRAIL);
    segments.begin(Trail.PLATFORM);
    for (String stranger : List.of(".keep", "1.bak", "README.txt")) {
      objects.put("trail", "audit/trails/" + stranger, new byte[0], "text/plain");
    }

    assertThat(segments.trails()).containsExactlyInAnyOrder(TRAIL, Trail.PLATFORM);
  }

  /** Segments of one to three records. */
  private void writeWhole(int count) {
    long next = 0;
    for (int i = 0; i < count; i++) {
      List<AuditRecord> records =
          LongStream.range(next, next + 1 + random.nextInt(3))
              .mapToObj(n -> Samples.event(n).build())
              .toList();
      assertThat(segments.write(SegmentCodec.encode(new Segment(TRAIL, next, records)))).isTrue();
      firsts.add(next);
      next += records.size();
    }
  }

  /** A segment of some records, behind the last. */
  private void write(Instant time) throws IOException {
    long first = firsts.isEmpty() ? 0 : firsts.getLast() + 1 + random.nextInt(50);
    String key = SegmentStore.key(TRAIL, first);
    objects.put("trail", key, new byte[0], "application/x-ndjson");
    Files.setLastModifiedTime(directory.resolve("trail").resolve(key), FileTime.from(time));
    firsts.add(first);
  }
}
