package io.penstock.storage.job;

import static io.penstock.storage.job.NewJob.Lock.NONE;
import static io.penstock.storage.job.NewJob.Lock.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Params;
import io.penstock.storage.web.TestCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

class AcceptedJobsIT {
  private static final AnnotationConfigApplicationContext PLATFORM =
      new AnnotationConfigApplicationContext(JobPlatform.class);
  private static final String PATH = "/v2/storage/tables/in.c-main.users/import-async";
  private static final Params BODY = params("dataFileId", 17, "incremental", true);

  private final Jobs jobs = PLATFORM.getBean(Jobs.class);
  private final JobEnds ends = PLATFORM.getBean(JobEnds.class);
  private final RecordingEnding feature = PLATFORM.getBean(RecordingEnding.class);
  private final Bell bell = PLATFORM.getBean(Bell.class);
  private final JobController controller = PLATFORM.getBean(JobController.class);
  private final JobDatabase database = JobDatabase.emptied();
  private final long project = database.project(10);
  private final Caller caller = database.caller(project, true);
  private final AtomicInteger prepared = new AtomicInteger();

  @BeforeEach
  void forget() throws InterruptedException {
    feature.ended.clear();
    bell.await(Duration.ZERO);
  }

  @AfterEach
  void noRequest() {
    RequestContextHolder.resetRequestAttributes();
  }

  @AfterAll
  static void stop() {
    PLATFORM.close();
  }

  @Test
  void acceptedJobIsReadableAtOnceAndTheDispatcherHearsOfIt() throws Exception {
    Map<String, Object> job = submit(caller, BODY, this::prepare);

    long id = id(job);
    assertThat(job)
        .containsEntry("status", "waiting")
        .containsEntry("url", "https://storage.example.org/v2/storage/jobs/" + id)
        .containsEntry("tableId", "in.c-main.users")
        .containsEntry("runId", "1048601")
        .containsEntry("results", null)
        .doesNotContainKey("error");
    assertThat(detail(caller, id)).isEqualTo(job);
    assertThat(bell.await(Duration.ZERO)).isTrue();
    assertThat(count("SELECT count(*) FROM outbox_record"))
        .as("records of the call and of the job")
        .isEqualTo(2);
  }

  @Test
  void projectWithTenThousandJobsGetsNoMoreAndKeepsNoOtherOut() {
    database
        .jdbc()
        .sql(
            """
            INSERT INTO job (project_id, token_description, operation, params, task, lock_mode, status, created_at)
            SELECT ?, '', 'tableImport', '{}', '{}', 'NONE', 'waiting', now() FROM generate_series(1, 9999)
            """)
        .param(project)
        .update();
    long last = id(submit(caller, BODY, this::prepare));

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> submit(caller, BODY, this::prepare))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS));
    Caller other = database.caller(database.project(10), true);
    assertThat(submit(other, BODY, this::prepare)).containsEntry("status", "waiting");
    ends.apply(Outcomes.success(last, project));
    assertThat(submit(caller, BODY, this::prepare)).containsEntry("status", "waiting");
  }

  @Test
  void jobWithoutAWorkersWorkHasEndedWithItsAcceptance() throws Exception {
    request("key", PATH);
    Map<String, Object> job = submitDone();

    assertThat(job).containsEntry("status", "waiting").containsEntry("results", null);
    Map<String, Object> ended = detail(caller, id(job));
    assertThat(ended)
        .containsEntry("status", "success")
        .containsEntry("operationName", "tableUpdate")
        .containsEntry("results", Map.of("id", "in.c-main.users"))
        .doesNotContainKey("error");
    assertThat(ended.get("startTime")).isNotNull().isEqualTo(ended.get("endTime"));
    assertThat(bell.await(Duration.ZERO)).isFalse();
    assertThat(feature.ended).isEmpty();
    assertThat(submitDone()).isEqualTo(ended);
    assertThat(prepared).hasValue(1);
  }

  @Test
  void callThatHasWaitedBeforeWaitsForTheRestOnly() {
    AwaitedJobs awaited =
        new AwaitedJobs(
            PLATFORM.getBean(JobRows.class), bell, new AwaitProperties(Duration.ofMinutes(10)));
    Map<String, Object> job = submit(caller, BODY, this::prepare);

    assertThat(TestCalls.as(caller, () -> awaited.await(job, Duration.ofMinutes(10))))
        .isEqualTo(new AwaitedJobs.Standing.UnderWay(job));
    ends.apply(Outcomes.success(id(job), project));
    assertThat(TestCalls.as(caller, () -> awaited.await(job, Duration.ofMinutes(20))))
        .isInstanceOf(AwaitedJobs.Standing.Succeeded.class);
  }

  private Map<String, Object> submitDone() {
    return TestCalls.as(
        caller,
        () ->
            jobs.submitDone(
                BODY,
                () -> {
                  prepared.incrementAndGet();
                  return new DoneJob(
                      "tableUpdate",
                      Map.of("queue", "main"),
                      "in.c-main.users",
                      null,
                      null,
                      Map.of("id", "in.c-main.users"));
                }));
  }

  @Test
  void refusedPreparationLeavesNeitherJobNorKey() {
    request("key", PATH);
    Supplier<NewJob> refusing =
        () -> {
          throw new PlatformException(ErrorCode.TABLE_NOT_FOUND, "no");
        };

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> submit(caller, BODY, refusing));

    assertThat(count("SELECT count(*) FROM job")).isZero();
    assertThat(submit(caller, BODY, this::prepare)).containsEntry("status", "waiting");
  }

  @Test
  void repeatedCallGetsTheSameJobInItsPresentState() {
    request("key", PATH);
    long first = id(submit(caller, BODY, this::prepare));
    ends.apply(Outcomes.success(first, project));

    Map<String, Object> again =
        submit(caller, params("incremental", true, "dataFileId", 17), this::prepare);

    assertThat(id(again)).isEqualTo(first);
    assertThat(again).containsEntry("status", "success");
    assertThat(prepared).hasValue(1);
  }

  @Test
  void keyThatWasUsedForSomethingElseIsRefused() {
    request("key", PATH);
    submit(caller, BODY, this::prepare);

    refusedAs(ErrorCode.IDEMPOTENCY_KEY_REUSED, params("dataFileId", 18, "incremental", true));
    request("key", "/v2/storage/tables/in.c-main.other/import-async");
    refusedAs(ErrorCode.IDEMPOTENCY_KEY_REUSED, BODY);
    assertThat(prepared).hasValue(1);
  }

  @Test
  void keysBelongToTheirToken() {
    request("key", PATH);
    long mine = id(submit(caller, BODY, this::prepare));

    long theirs = id(submit(database.caller(project, false), BODY, this::prepare));

    assertThat(theirs).isNotEqualTo(mine);
  }

  @Test
  void keyIsBounded() {
    request("k".repeat(255), PATH);
    submit(caller, BODY, this::prepare);
    request("k".repeat(256), PATH);

    refusedAs(ErrorCode.VALIDATION, BODY);
  }

  @Test
  void callsAtTheSameTimeWithOneKeyGetOneJob() throws Exception {
    int many = 6;
    var together = new CyclicBarrier(many);
    List<Future<Map<String, Object>>> answers = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(many)) {
      for (int i = 0; i < many; i++) {
        answers.add(
            threads.submit(
                () -> {
                  request("key", PATH);
                  together.await(10, TimeUnit.SECONDS);
                  return submit(caller, BODY, this::prepare);
                }));
      }
    }

    List<Long> ids = new ArrayList<>();
    for (Future<Map<String, Object>> answer : answers) {
      ids.add(id(answer.get()));
    }
    assertThat(ids).hasSize(many).containsOnly(ids.getFirst());
    assertThat(prepared).hasValue(1);
    assertThat(count("SELECT count(*) FROM job")).isEqualTo(1);
  }

  @Test
  void unsentJobsOfATableEndWithTheFeatureBeingTold() {
    long unsent = id(submit(caller, BODY, this::prepare));
    long sent = id(submit(caller, BODY, this::prepare));
    long elsewhere = database.accept(project, TABLE, 2L, 7L);
    database.jdbc().sql("UPDATE job SET attempts = 1 WHERE id = ?").param(sent).update();

    long drop =
        inTransaction(
            () -> {
              long hidden = jobs.acceptHidden(project, JobDatabase.newJob(TABLE, 1L, 7L));
              jobs.endUnsentOfTable(1, ErrorCode.TABLE_NOT_FOUND, "The table was deleted");
              return hidden;
            });

    assertThat(detail(caller, unsent))
        .containsEntry("status", "error")
        .containsEntry("startTime", null);
    assertThat(detail(caller, unsent).get("error"))
        .asString()
        .contains("code=storage.tables.notFound", "message=The table was deleted");
    assertThat(feature.ended).extracting(JobEnding.EndedJob::id).containsExactly(unsent);
    assertThat(feature.ended.getFirst().origin().actor().id())
        .isEqualTo(Long.toString(caller.tokenId()));
    assertThat(List.of(sent, elsewhere, drop)).extracting(database::status).containsOnly("waiting");
  }

  @Test
  void unsentJobsOfABucketEnd() {
    long first = database.accept(project, TABLE, 1L, 7L);
    long second = database.accept(project, NONE, 2L, 7L);
    long elsewhere = database.accept(project, TABLE, 3L, 8L);

    inTransaction(
        () -> {
          jobs.endUnsentOfBucket(7, ErrorCode.BUCKET_NOT_FOUND, "The bucket was deleted");
          return 0L;
        });

    assertThat(List.of(first, second)).extracting(database::status).containsOnly("error");
    assertThat(database.status(elsewhere)).isEqualTo("waiting");
  }

  @Test
  void hiddenJobBelongsIntoATransaction() {
    NewJob job = JobDatabase.newJob(TABLE, 1L, 7L);

    assertThatIllegalStateException().isThrownBy(() -> jobs.acceptHidden(project, job));
    assertThatIllegalStateException()
        .isThrownBy(() -> jobs.endUnsentOfTable(1, ErrorCode.TABLE_NOT_FOUND, ""));
  }

  @Test
  void jobThatLocksNamesWhatItLocks() {
    assertThatNullPointerException()
        .isThrownBy(
            () ->
                inTransaction(
                    () -> jobs.acceptHidden(project, JobDatabase.newJob(TABLE, null, 7L))));
  }

  private NewJob prepare() {
    prepared.incrementAndGet();
    return JobDatabase.newJob(TABLE, 1L, 7L);
  }

  private Map<String, Object> submit(Caller by, Params params, Supplier<NewJob> prepare) {
    return TestCalls.as(by, () -> jobs.submit(params, prepare));
  }

  private Map<String, Object> detail(Caller by, long job) {
    return TestCalls.as(by, () -> controller.detail(by, job));
  }

  private void refusedAs(ErrorCode code, Params params) {
    refused(code, () -> submit(caller, params, this::prepare));
  }

  private static void refused(ErrorCode code, Supplier<?> call) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(call::get)
        .extracting(PlatformException::code)
        .isEqualTo(code);
  }

  private long inTransaction(Supplier<Long> change) {
    Long result = database.transaction().execute(_ -> change.get());
    return result == null ? 0 : result;
  }

  private static void request(String key, String path) {
    var request = new MockHttpServletRequest("POST", path);
    request.addHeader("Idempotency-Key", key);
    RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));
  }

  private static long id(Map<String, Object> job) {
    return (Long) Objects.requireNonNull(job.get("id"));
  }

  private int count(String sql) {
    return database.jdbc().sql(sql).query(Integer.class).single();
  }

  private static Params params(@Nullable Object... pairs) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(String.valueOf(pairs[i]), Objects.requireNonNull(pairs[i + 1]));
    }
    return new Params(values, true);
  }
}
