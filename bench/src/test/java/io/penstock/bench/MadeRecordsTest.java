package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.RecordQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MadeRecordsTest {
  private final MadeRecords records = new MadeRecords(5_000);

  @Test
  void recordsAscendByIdAndTimeOverTheWholeSpan() {
    List<AuditRecord> all = LongStream.range(0, 5_000).mapToObj(records::record).toList();

    assertThat(all.stream().map(record -> record.id().toString()))
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(all.stream().map(AuditRecord::time)).isSorted();
    assertThat(all.getFirst().time()).isEqualTo(MadeRecords.BEGIN);
    assertThat(all.getLast().time())
        .isBefore(MadeRecords.BEGIN.plus(MadeRecords.SPAN))
        .isAfter(MadeRecords.BEGIN.plus(MadeRecords.SPAN).minus(Duration.ofHours(1)));
    assertThat(all.getFirst().id().version()).isEqualTo(7);
  }

  @Test
  void recordsAreTheSameEveryTime() {
    assertThat(new MadeRecords(5_000).record(1_234)).isEqualTo(records.record(1_234));
  }

  @Test
  void aFewTablesHaveMostRecords() {
    long ofTheFirstTenth =
        LongStream.range(0, 5_000)
            .mapToObj(records::record)
            .map(record -> Objects.requireNonNull(record.object().name()))
            .filter(name -> Integer.parseInt(name.split("_", 2)[1]) < 200)
            .count();

    assertThat(ofTheFirstTenth).isBetween(2_000L, 2_700L);
  }

  @Test
  void everyTermIsSearchedForInEveryRangeWithinTheSpan() {
    Set<Duration> ranges =
        IntStream.range(0, 24)
            .mapToObj(number -> MadeSearches.search(number, false).where())
            .map(MadeRecordsTest::range)
            .collect(Collectors.toSet());

    assertThat(ranges)
        .containsExactlyInAnyOrder(
            Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(30));
    assertThat(MadeSearches.search(3, true).counting().total()).isTrue();
    assertThat(MadeSearches.search(3, false).query())
        .isEqualTo(MadeSearches.search(3, true).query());
  }

  @Test
  void callsAreDueEvenly() {
    assertThat(PacedCalls.due(0, 200)).isZero();
    assertThat(PacedCalls.due(1, 200)).isEqualTo(5_000_000);
    assertThat(PacedCalls.due(12_000, 200)).isEqualTo(60_000_000_000L);
  }

  @Test
  void aCheckpointSaysHowManyRecordsItSigns() {
    assertThat(AuditAsked.sizeIn("localhost/audit/7\n1234\nroot=\n\n— name sig\n")).isEqualTo(1234);
  }

  private static Duration range(RecordQuery.Where where) {
    Instant since = Objects.requireNonNull(where.since());
    Instant until = Objects.requireNonNull(where.until());
    assertThat(since).isAfterOrEqualTo(MadeRecords.BEGIN);
    assertThat(until).isBeforeOrEqualTo(MadeRecords.BEGIN.plus(MadeRecords.SPAN));
    return Duration.between(since, until);
  }
}
