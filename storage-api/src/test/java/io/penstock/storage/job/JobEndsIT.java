package io.penstock.storage.job;

import static io.penstock.storage.job.NewJob.Lock.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.penstock.model.Json;
import io.penstock.model.job.JobOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

class JobEndsIT {
  private static final AnnotationConfigApplicationContext PLATFORM =
      new AnnotationConfigApplicationContext(JobPlatform.class);

  private final JobEnds ends = PLATFORM.getBean(JobEnds.class);
  private final JobRows rows = PLATFORM.getBean(JobRows.class);
  private final RecordingEnding feature = PLATFORM.getBean(RecordingEnding.class);
  private final Bell bell = PLATFORM.getBean(Bell.class);
  private final JobDatabase database = JobDatabase.emptied();
  private final long project = database.project(10);
  private final long job = database.accept(project, TABLE, 1L, 7L);

  @BeforeEach
  void forget() throws InterruptedException {
    feature.ended.clear();
    feature.fails = false;
    bell.await(Duration.ZERO);
  }

  @AfterAll
  static void stop() {
    PLATFORM.close();
  }

  @Test
  void successBecomesVisibleWithTheFeaturesResultsAndItsEvent() throws Exception {
    ends.apply(Outcomes.success(job, project));

    Map<String, Object> shown = shown();
    assertThat(shown)
        .containsEntry("status", "success")
        .containsEntry("startTime", "2030-01-02T09:00:01+0000")
        .containsEntry("endTime", "2030-01-02T09:00:02+0000")
        .doesNotContainKey("error");
    assertThat(shown.get("results")).asString().contains("importedRowsCount=5");
    assertThat(shown.get("metrics")).asString().contains("inBytes=120");
    assertThat(events("storage.tableImportEnded")).isEqualTo(1);
    assertThat(feature.ended.getFirst().params()).containsEntry("queue", "main");
    assertThat(bell.await(Duration.ZERO)).isTrue();
  }

  @Test
  void outcomeThatArrivesTwiceIsAppliedOnce() {
    ends.apply(Outcomes.success(job, project));
    Map<String, Object> before = shown();

    ends.apply(Outcomes.success(job, project));

    assertThat(feature.ended).hasSize(1);
    assertThat(events("storage.tableImportEnded")).isEqualTo(1);
    assertThat(shown()).isEqualTo(before);
  }

  @Test
  void outcomesThatArriveTogetherAreAppliedOnce() throws Exception {
    int many = 6;
    var together = new CyclicBarrier(many);
    List<Future<Void>> applied = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(many)) {
      for (int i = 0; i < many; i++) {
        JobOutcome outcome =
            i % 2 == 0 ? Outcomes.success(job, project) : Outcomes.error(job, project);
        Callable<Void> delivery =
            () -> {
              together.await(10, TimeUnit.SECONDS);
              ends.apply(outcome);
              return null;
            };
        applied.add(threads.submit(delivery));
      }
    }
    for (Future<Void> each : applied) {
      each.get();
    }

    assertThat(feature.ended).hasSize(1);
    assertThat(events("storage.tableImportEnded")).isEqualTo(1);
  }

  @Test
  void whateverComesAfterTheEndChangesNothing() {
    ends.apply(Outcomes.success(job, project));
    Map<String, Object> before = shown();

    ends.apply(Outcomes.error(job, project));
    ends.apply(Outcomes.started(job, project, Outcomes.ENDED_AT));

    assertThat(shown()).isEqualTo(before);
    assertThat(database.leaseSeconds(job)).isZero();
    assertThat(feature.ended).hasSize(1);
  }

  @Test
  void signOfLifeExtendsTheLeaseAndKeepsTheFirstStart() {
    ends.apply(Outcomes.started(job, project, Outcomes.STARTED_AT));
    database.leaseIsOver(job);

    ends.apply(Outcomes.started(job, project, Outcomes.ENDED_AT));

    assertThat(shown())
        .containsEntry("status", "processing")
        .containsEntry("startTime", "2030-01-02T09:00:01+0000");
    assertThat(database.leaseSeconds(job)).isCloseTo(60, within(10.0));
  }

  @Test
  void errorCarriesTheContractsFiveFieldsAndNoResults() {
    ends.apply(Outcomes.error(job, project));

    Map<String, Object> shown = shown();
    assertThat(shown).containsEntry("status", "error").containsEntry("results", null);
    assertThat(JobJson.object(Json.write(Objects.requireNonNull(shown.get("error")))))
        .containsEntry("code", "csvImport.columnsNotMatch")
        .containsEntry("message", "Some columns are missing")
        .containsEntry("exceptionId", "penstock-77aa")
        .containsEntry("contextParams", Map.of())
        .containsKey("uuid");
  }

  @Test
  void errorWithoutAnExplanationStillHasCodeAndMessage() {
    var bare =
        Outcomes.outcome(
            job, project, JobOutcome.Status.ERROR, Outcomes.STARTED_AT, Outcomes.ENDED_AT, null);

    ends.apply(bare);

    assertThat(shown().get("error")).asString().contains("code=internalError", "message=The job");
  }

  @Test
  void failedJobOfNoFeatureLeavesItsOwnRecord() {
    rename("tableOptimize");

    ends.apply(Outcomes.error(job, project));

    assertThat(events("storage.tableOptimizeError")).isEqualTo(1);
    assertThat(database.status(job)).isEqualTo("error");
  }

  @Test
  void successOfNoFeatureHasNoResults() {
    rename("tableOptimize");

    ends.apply(Outcomes.success(job, project));

    assertThat(shown()).containsEntry("status", "success").containsEntry("results", null);
  }

  @Test
  void endThatTheFeatureCannotApplyLeavesNothingBehind() {
    feature.fails = true;

    assertThatIllegalStateException().isThrownBy(() -> ends.apply(Outcomes.success(job, project)));

    assertThat(database.status(job)).isEqualTo("waiting");
    assertThat(events("storage.tableImportEnded")).isZero();
    feature.fails = false;
    ends.apply(Outcomes.success(job, project));
    assertThat(database.status(job)).isEqualTo("success");
  }

  @Test
  void outcomeInTheNameOfAnotherProjectIsIgnored() {
    long other = database.project(10);

    ends.apply(Outcomes.started(job, other, Outcomes.STARTED_AT));
    ends.apply(Outcomes.success(job, other));

    assertThat(database.status(job)).isEqualTo("waiting");
    assertThat(feature.ended).isEmpty();
  }

  private Map<String, Object> shown() {
    return JobJson.of(rows.findVisible(project, job).orElseThrow(), "https://storage.example.org");
  }

  private void rename(String operation) {
    database.jdbc().sql("UPDATE job SET operation = ?").param(operation).update();
  }

  private int events(String name) {
    return database
        .jdbc()
        .sql("SELECT count(*) FROM outbox_record WHERE body LIKE '%' || ? || '%'")
        .param("\"" + name + "\"")
        .query(Integer.class)
        .single();
  }
}
