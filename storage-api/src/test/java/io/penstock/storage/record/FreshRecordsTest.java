package io.penstock.storage.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.AuditRecord.Actor;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.audit.AuditRecord.Kind;
import io.penstock.model.audit.AuditRecord.Outcome;
import io.penstock.model.audit.AuditRecord.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FreshRecordsTest {
  private final FreshRecords fresh = new FreshRecords(100);

  @Test
  void largeRecordsFindNoPlaceBeforeTheyFillTheMemory() throws Exception {
    assertThat(fresh.offer(record(1), 60)).isTrue();
    assertThat(fresh.offer(record(2), 60)).isFalse();
    assertThat(fresh.offer(record(3), 40)).isTrue();

    assertThat(taken(10, 1000)).containsExactly(1L, 3L);
    assertThat(fresh.offer(record(4), 100)).as("room again").isTrue();
  }

  @Test
  void oneAtLeastIsTakenAndTogetherNotMoreThanAsked() throws Exception {
    List.of(1, 2, 3, 4).forEach(number -> assertThat(fresh.offer(record(number), 20)).isTrue());

    assertThat(taken(10, 10)).containsExactly(1L);
    assertThat(taken(10, 45)).containsExactly(2L, 3L);
    assertThat(taken(1, 45)).containsExactly(4L);
    assertThat(fresh.poll(Duration.ZERO)).isNull();
  }

  /** The relay waits for audit-service after such a message, and after no other. */
  @Test
  void messageIsFullWhenItsNumberOrItsLengthLeavesOthersWaiting() throws Exception {
    List.of(1, 2, 3, 4).forEach(number -> assertThat(fresh.offer(record(number), 20)).isTrue());

    assertThat(together(1, 1000).full()).as("by number").isTrue();
    assertThat(together(10, 30).full()).as("by length").isTrue();
    assertThat(together(10, 1000).full()).isFalse();
  }

  private List<Long> taken(int most, int mostLength) throws InterruptedException {
    return together(most, mostLength).records().stream().map(AuditRecord::number).toList();
  }

  private FreshRecords.Together together(int most, int mostLength) throws InterruptedException {
    FreshRecords.Fresh first = Objects.requireNonNull(fresh.poll(Duration.ZERO));
    return fresh.with(first, most, mostLength);
  }

  private static AuditRecord record(long number) {
    return new AuditRecord(
        UUID.randomUUID(),
        number,
        Kind.EVENT,
        Instant.EPOCH,
        1L,
        1L,
        Actor.NOBODY,
        Source.INTERNAL,
        "x",
        AuditObject.NONE,
        Outcome.ALLOWED,
        0,
        0,
        null,
        null,
        "x",
        null,
        "info",
        "",
        "",
        Map.of(),
        Map.of(),
        List.of());
  }
}
