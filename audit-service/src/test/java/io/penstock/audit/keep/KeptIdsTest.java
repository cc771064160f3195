package io.penstock.audit.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.penstock.audit.Samples;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptIdsTest {
  private static final Trail TRAIL = new Trail("1");
  private static final int IN_MEMORY = 1000;

  @TempDir Path directory;
  private Clock clock = Clock.fixed(Samples.START, ZoneOffset.UTC);
  private KeptIds ids;

  @BeforeEach
  void open() {
    ids = opened();
  }

  @AfterEach
  void close() {
    ids.close();
  }

  @Test
  void everyIdIsRememberedInMemoryAndInFiles() throws IOException {
    keep(0, 5_500);

    assertAllKept(5_500);
    assertThat(files(".ids")).isEqualTo(5);
    assertThat(ids.next(TRAIL)).hasValue(5_500);
  }

  @Test
  void restartRemembersEverything() {
    keep(0, 5_500);

    ids.close();
    ids = opened();

    assertAllKept(5_500);
    assertThat(ids.next(TRAIL)).hasValue(5_500);
    keep(5_500, 5_600);
    assertAllKept(5_600);
  }

  @Test
  void whatACrashCutOffIsReadFromTheSegmentsAgain() throws IOException {
    keep(0, 1_200);
    ids.close();
    Path journal = only(".journal");
    byte[] bytes = Files.readAllBytes(journal);
    Files.write(journal, Arrays.copyOf(bytes, bytes.length - 1));

    ids = opened();

    assertThat(ids.next(TRAIL)).as("the last segment of 100 is missing").hasValue(1_100);
    assertThat(ids.contains(Samples.id(1_099))).isTrue();
    assertThat(ids.contains(Samples.id(1_100))).isFalse();
    keep(1_100, 1_200);
    assertAllKept(1_200);
  }

  @Test
  void fileThatAProcessDiedOverDoesNotCount() throws IOException {
    keep(0, 1_900);
    ids.close();
    Files.write(directory.resolve("000000000001.ids"), new byte[7]);
    Files.write(directory.resolve("summary123.draft"), new byte[7]);

    ids = opened();

    assertThat(ids.next(TRAIL)).hasValue(1_900);
    assertAllKept(1_900);
  }

  @Test
  void brokenFilesAreMadeAnew() throws IOException {
    keep(0, 2_500);
    ids.close();
    Files.write(directory.resolve("000000000001.ids"), new byte[7]);

    ids = opened();

    assertThat(ids.next(TRAIL)).isEmpty();
    assertThat(ids.contains(Samples.id(1))).isFalse();
  }

  @Test
  void idsOfOtherTrailsAreDropped() {
    keep(0, 100);
    ids.close();

    ids = new KeptIds(directory, "trail", clock, IN_MEMORY);
    ids.open(Set.of(new Trail("2")));

    assertThat(ids.next(TRAIL)).isEmpty();
    ids.close();
    ids = new KeptIds(directory, "another bucket", clock, IN_MEMORY);
    ids.open(Set.of(TRAIL));
    assertThat(ids.next(TRAIL)).isEmpty();
  }

  @Test
  void filesOfMoreThanThirtyDaysAgoAreForgotten() throws IOException {
    keep(0, 3_500);
    assertThat(files(".ids")).isEqualTo(3);
    ids.close();
    clock = Clock.offset(clock, Duration.ofDays(31));
    ids = opened();

    keep(3_500, 4_000);

    assertThat(files(".ids")).as("the newest stays").isEqualTo(1);
    assertThat(ids.contains(Samples.id(5))).isFalse();
    assertThat(ids.contains(Samples.id(3_999))).isTrue();
  }

  @Test
  void oneProcessAtATimeHasThem() {
    KeptIds other = new KeptIds(directory, "trail", clock, IN_MEMORY);

    assertThatExceptionOfType(PlatformException.class).isThrownBy(() -> other.open(Set.of(TRAIL)));
  }

  @Test
  void segmentThatDoesNotFollowIsRefused() {
    keep(0, 100);

    assertThatIllegalArgumentException().isThrownBy(() -> keep(200, 300));
  }

  private KeptIds opened() {
    KeptIds opened = new KeptIds(directory, "trail", clock, IN_MEMORY);
    opened.open(Set.of(TRAIL));
    return opened;
  }

  private void keep(long from, long to) {
    for (long n = from; n < to; n += 100) {
      List<AuditRecord> records =
          LongStream.range(n, n + 100).mapToObj(i -> Samples.event(i).build()).toList();
      ids.apply(new Segment(TRAIL, n, records));
    }
  }

  private void assertAllKept(long size) {
    assertThat(LongStream.range(0, size).allMatch(n -> ids.contains(Samples.id(n)))).isTrue();
    assertThat(LongStream.range(size, size + 1000).anyMatch(n -> ids.contains(Samples.id(n))))
        .isFalse();
  }

  private int files(String ending) throws IOException {
    try (var files = Files.list(directory)) {
      return (int) files.filter(file -> file.toString().endsWith(ending)).count();
    }
  }

  private Path only(String ending) throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(ending)).findAny().orElseThrow();
    }
  }
}
