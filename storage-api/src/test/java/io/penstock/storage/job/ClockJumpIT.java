package io.penstock.storage.job;

import static io.penstock.storage.job.NewJob.Lock.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The machine's clock is set back or forward by an hour; the database's goes on. */
class ClockJumpIT {
  private final JobDatabase database = JobDatabase.emptied();
  private final long project = database.project(10);
  private final Claims claims =
      new Claims(database.jdbc(), database.transaction(), JobPlatform.PROPERTIES);
  private final JobRows rows = new JobRows(database.jdbc());

  @ParameterizedTest
  @ValueSource(longs = {-1, 1})
  void jobsGoOutInTheOrderOfTheirAcceptance(long hours) {
    Instant now = Instant.now();
    long first = accept(now);
    long second = accept(now.plus(Duration.ofHours(hours)));

    assertThat(second).isGreaterThan(first);
    assertThat(claims.claim(10)).extracting(Claim::id).containsExactly(first);
    database.end(first);
    assertThat(claims.claim(10)).extracting(Claim::id).containsExactly(second);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1})
  void signOfLifeFromAnotherHourKeepsTheLease(long hours) {
    long job = accept(Instant.now());
    assertThat(claims.claim(10)).hasSize(1);

    rows.started(Outcomes.started(job, project, Instant.now().plus(Duration.ofHours(hours))), 60);

    assertThat(database.leaseSeconds(job)).isCloseTo(60, within(10.0));
    assertThat(claims.claim(10)).as("nobody else gets it").isEmpty();
  }

  @Test
  void jobThatEndsBeforeItBeganIsShown() {
    long job = accept(Instant.now());
    Instant before = Instant.parse("2030-01-02T09:00:00Z");
    Instant begun = before.plus(Duration.ofHours(1));
    rows.end(job, new JobRows.End(JobRow.Status.SUCCESS, null, null, "{}", null, begun, before));

    Map<String, Object> shown = JobJson.of(rows.findVisible(project, job).orElseThrow(), "");
    assertThat(Objects.requireNonNull(shown.get("status"))).isEqualTo("success");
  }

  private long accept(Instant at) {
    String origin =
        "{\"organisationId\": 1, \"projectId\": %d, \"actor\": {\"type\": \"service\"}, \"source\": {}}"
            .formatted(project);
    var creator = new JobRows.Creator(null, "", null, null, origin);
    return rows.insert(project, creator, JobDatabase.newJob(TABLE, 1L, 7L), true, at);
  }

  /** What a list of one's own jobs shows first is what was accepted last. */
  @Test
  void listIsOrderedByIdsAndNotByTimes() {
    long first = accept(Instant.now());
    long second = accept(Instant.now().minus(Duration.ofHours(1)));

    assertThat(rows.writesOf(1, 10)).extracting(TableWrite::id).isEqualTo(List.of(second, first));
  }
}
