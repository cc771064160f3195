package io.penstock.storage.job;

import static io.penstock.storage.job.NewJob.Lock.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Params;
import io.penstock.storage.web.TestCalls;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

class JobControllerIT {
  private static final AnnotationConfigApplicationContext PLATFORM =
      new AnnotationConfigApplicationContext(JobPlatform.class);

  private final Jobs jobs = PLATFORM.getBean(Jobs.class);
  private final JobEnds ends = PLATFORM.getBean(JobEnds.class);
  private final JobRows rows = PLATFORM.getBean(JobRows.class);
  private final JobController controller = PLATFORM.getBean(JobController.class);
  private final JobDatabase database = JobDatabase.emptied();
  private final long project = database.project(10);
  private final Caller caller = database.caller(project, true);

  @AfterAll
  static void stop() {
    PLATFORM.close();
  }

  @Test
  void hiddenJobIsSeenByNobody() {
    Long hidden =
        database
            .transaction()
            .execute(_ -> jobs.acceptHidden(project, JobDatabase.newJob(TABLE, 1L, 7L)));

    notFound(caller, Objects.requireNonNull(hidden));
    assertThat(list(caller)).isEmpty();
  }

  @Test
  void jobOfAnotherProjectIsNotFound() {
    long job = submit(caller);
    Caller stranger = database.caller(database.project(10), true);

    notFound(stranger, job);
    notFound(caller, Long.MAX_VALUE);
  }

  @Test
  void masterSeesAllJobsNewestFirstAndOthersTheirOwn() {
    Caller limited = database.caller(project, false);
    long mine = submit(caller);
    long theirs = submit(limited);
    database.accept(database.project(10), TABLE, 1L, 7L);

    assertThat(list(caller)).containsExactly(theirs, mine);
    assertThat(list(limited)).containsExactly(theirs);
    assertThat(detail(limited, mine)).containsEntry("id", mine);
  }

  @Test
  void listIsFilteredAndPaged() {
    long first = submit(caller);
    long second = submit(caller);
    long third = submit(caller);
    ends.apply(Outcomes.success(first, project));
    ends.apply(Outcomes.error(second, project));

    assertThat(list(caller, "limit", 1, "offset", 1)).containsExactly(second);
    assertThat(list(caller, "storage_job_status", "success,error")).containsExactly(second, first);
    assertThat(list(caller, "excluded_storage_job_status", List.of("error")))
        .containsExactly(third, first);
    assertThat(list(caller, "runId", "1048601")).hasSize(3);
    assertThat(list(caller, "runId", "104860")).isEmpty();
    assertThat(list(caller, "end_time", "2030-01-02T10:00:02+0100")).containsExactly(second, first);
    assertThat(list(caller, "end_time_from", "2030-01-02T10:00:03+0100")).isEmpty();
    assertThat(list(caller, "start_time_to", "2030-01-02")).isEmpty();
    assertThat(list(caller, "created_time_to", "2020-01-02")).isEmpty();
    assertThat(list(caller, "created_time_from", "2020-01-02")).hasSize(3);
  }

  private long submit(Caller by) {
    return id(
        TestCalls.as(
            by,
            () ->
                jobs.submit(new Params(Map.of(), true), () -> JobDatabase.newJob(TABLE, 1L, 7L))));
  }

  private Map<String, Object> detail(Caller by, long job) {
    return TestCalls.as(by, () -> controller.detail(by, job));
  }

  private void notFound(Caller by, long job) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> detail(by, job))
        .extracting(PlatformException::code)
        .isEqualTo(ErrorCode.JOB_NOT_FOUND);
  }

  private List<Long> list(Caller by, Object... filter) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < filter.length; i += 2) {
      values.put(String.valueOf(filter[i]), filter[i + 1]);
    }
    var wanted = JobFilter.of(by, new Params(values, false), TimeFilter::parse);
    return rows.page(wanted).jobs().stream().map(JobRow::id).toList();
  }

  private static long id(Map<String, Object> job) {
    return (Long) Objects.requireNonNull(job.get("id"));
  }
}
