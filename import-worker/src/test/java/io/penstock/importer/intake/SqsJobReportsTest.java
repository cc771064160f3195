package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.model.QueueText;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.JobMetrics;
import io.penstock.model.job.JobOutcome.LoadReceipt;
import io.penstock.model.job.JobOutcome.ObjectDigest;
import io.penstock.model.job.JobOutcome.Status;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqsJobReportsTest {
  /** A digest does not compress, so that this many are about what a message holds. */
  @ParameterizedTest
  @CsvSource({"1,1", "4000,4000", "20000,0"})
  void reportOfManySlicesFitsIntoAMessage(int slices, int reported) {
    SplittableRandom random = new SplittableRandom(1);
    List<ObjectDigest> objects =
        IntStream.range(0, slices)
            .mapToObj(
                i ->
                    new ObjectDigest(
                        "exp-15/4711/files/2026/11/23/17.data.csv.%05d.gz".formatted(i),
                        100_000 + i,
                        "%016x%016x%016x%016x"
                            .formatted(
                                random.nextLong(),
                                random.nextLong(),
                                random.nextLong(),
                                random.nextLong())))
            .toList();
    JobOutcome outcome =
        new JobOutcome(
            1,
            2,
            Status.SUCCESS,
            Instant.EPOCH,
            Instant.EPOCH,
            List.of(),
            new LoadReceipt(objects, List.of("id"), 5, 5, 0, 0, 0, 5, 8192, 1.5),
            null,
            null,
            JobMetrics.NONE,
            "test");

    String body = SqsJobReports.body(outcome);

    assertThat(body.length()).isLessThanOrEqualTo(QueueText.LIMIT);
    JobOutcome read = Json.read(QueueText.unpack(body), JobOutcome.class);
    assertThat(Objects.requireNonNull(read.load()).objects()).hasSize(reported);
    assertThat(read.load().recordsRead()).isEqualTo(5);
  }
}
