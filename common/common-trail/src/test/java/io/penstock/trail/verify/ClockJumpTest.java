package io.penstock.trail.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of a log whose records were made by a clock that was wrong for a while. */
class ClockJumpTest {
  private static final int BEFORE = 100;

  @TempDir private Path folder;
  private TestLog log;
  private Duration ahead = Duration.ZERO;
  private Instant latestId = Instant.MIN;

  @BeforeEach
  void begin() {
    log = new TestLog(folder.resolve("log"), TestLog.NAME + "/12", TestLog.newSigner());
    records(BEFORE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT15M", "PT3H", "P20D", "P90D"})
  void jumpIsSaidOnceWhereTheClockCameBack(Duration jump) {
    ahead = jump;
    records(20);
    ahead = Duration.ZERO;
    records(500);

    assertThat(findings()).extracting(Finding::problem).containsExactly(Problem.TIME);
    Finding said = findings().getFirst();
    assertThat(said.first()).isEqualTo(BEFORE + 20);
    assertThat(said.text()).contains("a clock was ahead").contains(time(BEFORE + 20).toString());
  }

  @Test
  void eachJumpIsSaid() {
    for (int jump = 1; jump <= 3; jump++) {
      ahead = Duration.ofDays(100L * jump);
      records(20);
      ahead = Duration.ZERO;
      records(50);
    }

    assertThat(findings())
        .extracting(Finding::first)
        .containsExactly(BEFORE + 20L, BEFORE + 90L, BEFORE + 160L);
    assertThat(findings()).extracting(Finding::problem).containsOnly(Problem.TIME);
  }

  @Test
  void idsOfAClockThatWasAheadInAnotherTrailAreSaidOnce() {
    latestId = time(BEFORE).plus(Duration.ofDays(2));
    records(500);

    assertThat(findings()).extracting(Finding::problem).containsExactly(Problem.TIME);
    assertThat(findings().getFirst().first()).isEqualTo(BEFORE);
    assertThat(findings().getFirst().text()).contains("a clock was ahead");
  }

  @Test
  void clockThatIsStillAheadIsSaidOnceForTheRecordsInARow() {
    ahead = Duration.ofDays(400);
    records(20);
    ahead = Duration.ZERO;
    records(50);

    List<Finding> said =
        verify(Clock.fixed(time(log.size()).plus(Duration.ofMinutes(1)), ZoneOffset.UTC));
    assertThat(said).extracting(Finding::problem).containsExactly(Problem.TIME);
    assertThat(said.getFirst().first()).isEqualTo(BEFORE);
    assertThat(said.getFirst().last()).isEqualTo(BEFORE + 19);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT3H", "P90D"})
  void recordThatIsBackDatedAfterAJumpIsNamed(Duration jump) {
    ahead = jump;
    records(20);
    ahead = Duration.ZERO;
    records(200);
    latestId = Instant.MIN; // another process
    int forged = log.size();
    Map<String, Object> record = new HashMap<>(TestLog.record(forged));
    record.put("time", time(forged).minus(Duration.ofDays(1)).toString());
    log.add(record);
    records(50);

    assertThat(findings())
        .extracting(Finding::problem, Finding::first)
        .containsExactlyInAnyOrder(
            tuple(Problem.TIME, BEFORE + 20L), tuple(Problem.BACK_DATED, (long) forged));
  }

  @Test
  void recordsThatAreBackDatedIntoAQuietNightAreNamed() {
    ahead = Duration.ofHours(10); // as time goes by
    records(20);
    latestId = Instant.MIN;
    int forged = log.size();
    for (int i = 0; i < 3; i++) {
      Map<String, Object> record = new HashMap<>(record(log.size()));
      record.put("time", time(log.size()).plus(Duration.ofHours(2)).toString());
      log.add(record);
    }
    records(50);

    assertThat(findings())
        .extracting(Finding::problem, Finding::first)
        .containsExactly(
            tuple(Problem.BACK_DATED, (long) forged),
            tuple(Problem.BACK_DATED, forged + 1L),
            tuple(Problem.BACK_DATED, forged + 2L));
  }

  @Test
  void logThatWasQuietForMonthsIsSound() {
    ahead = Duration.ofDays(200); // as time goes by
    records(20);

    assertThat(findings()).isEmpty();
  }

  private void records(int count) {
    log.add(IntStream.range(log.size(), log.size() + count).mapToObj(this::record).toList());
  }

  /** One a second; ids never descend in a process. */
  private Map<String, Object> record(int number) {
    Map<String, Object> record = new HashMap<>(TestLog.record(number));
    Instant now = time(number).plus(ahead);
    latestId = latestId.isAfter(now) ? latestId : now;
    record.put("time", now.toString());
    record.put("id", TestLog.id(latestId, number).toString());
    return record;
  }

  private static Instant time(int number) {
    return TestLog.BEGIN.plusSeconds(number);
  }

  private List<Finding> findings() {
    return verify(Clock.fixed(TestLog.BEGIN.plus(Duration.ofDays(1000)), ZoneOffset.UTC));
  }

  private List<Finding> verify(Clock clock) {
    log.write();
    return new LogVerifier(new DirectoryLog(log.folder()), List.of(log.key()), clock)
        .verify()
        .findings();
  }
}
