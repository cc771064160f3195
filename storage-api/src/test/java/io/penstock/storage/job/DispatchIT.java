package io.penstock.storage.job;

import static io.penstock.model.table.TableQuery.Operator.EQ;
import static io.penstock.storage.job.NewJob.Lock.NONE;
import static io.penstock.storage.job.NewJob.Lock.TABLE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.penstock.aws.Keyring;
import io.penstock.aws.RecipientSeal;
import io.penstock.model.Json;
import io.penstock.model.QueueNames;
import io.penstock.model.QueueText;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.RecordBatch;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.ProjectRoles;
import io.penstock.model.job.RoleCredential;
import io.penstock.model.table.TableQuery;
import io.penstock.storage.access.Caller;
import io.penstock.storage.record.RecordIds;
import io.penstock.storage.web.Params;
import io.penstock.storage.web.TestCalls;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** From the accepted job through the queue to a worker, and its report's way back. */
@Timeout(120)
class DispatchIT {
  private static final AnnotationConfigApplicationContext PLATFORM =
      new AnnotationConfigApplicationContext(JobPlatform.class, JobDispatchPlatform.class);
  private static final RoleCredential WRITER = new RoleCredential("p_writer", "secret of writing");
  private static final RoleCredential READER = new RoleCredential("p_reader", "secret of reading");

  /** More than any queue takes; acceptance would refuse it. */
  private static final NewJob TOO_LONG =
      new NewJob(
          "tableDrop",
          Map.of(),
          new JobTask.DropTables(LongStream.range(1_000_000, 1_200_000).boxed().toList()),
          "in.c-main.users",
          9L,
          7L,
          null,
          TABLE);

  private final Jobs jobs = PLATFORM.getBean(Jobs.class);
  private final Keyring keyring = PLATFORM.getBean(Keyring.class);
  private final RecipientSeal.Opener worker = PLATFORM.getBean(RecipientSeal.Opener.class);
  private final SqsAsyncClient sqs = PLATFORM.getBean(SqsAsyncClient.class);
  private final JobDatabase database = JobDatabase.emptied();
  private final long project = projectWithRoles();
  private final Caller caller = database.caller(project, true);

  @AfterAll
  static void stop() {
    PLATFORM.close();
  }

  @Test
  void writersOfATableReachTheWorkerOneAfterTheOther() throws Exception {
    long first = submit();
    long second = submit();

    JobMessage message = received(QueueNames.IMPORT_JOBS);
    assertThat(message.jobId()).isEqualTo(first);
    assertThat(message.attempt()).isEqualTo(1);
    assertThat(message.giveUp()).isFalse();
    assertThat(message.database()).isEqualTo(Long.toString(project));
    assertThat(message.task()).isEqualTo(new JobTask.DropTables(List.of(1L)));
    assertThat(message.runId()).isEqualTo("1048601");
    assertThat(message.traceparent()).startsWith("00-0af7651916cd43dd8448eb211c80319c");
    report(Outcomes.started(first, project, Outcomes.STARTED_AT));
    await().until(() -> database.status(first).equals("processing"));
    assertThat(database.attempts(second)).isZero();

    report(Outcomes.success(first, project));

    await().until(() -> database.status(first).equals("success"));
    assertThat(received(QueueNames.IMPORT_JOBS).jobId()).isEqualTo(second);
    assertThat(queued(QueueNames.JOB_RESULTS)).isEmpty();
  }

  @Test
  void credentialIsSealedForTheWorkerAndThisJobOnly() throws Exception {
    submit();

    JobMessage message = received(QueueNames.IMPORT_JOBS);

    byte[] sealed = Base64.getDecoder().decode(message.sealedCredential());
    String opened = new String(worker.open(sealed, message.sealContext()), UTF_8);
    assertThat(Json.read(opened, RoleCredential.class)).isEqualTo(WRITER);
    assertThat(Json.write(message)).doesNotContain("secret of");
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> worker.open(sealed, "job:0".getBytes(UTF_8)));
  }

  @Test
  void provisionerGetsBothRolesOnAQueueOfItsOwn() throws Exception {
    var provision =
        new NewJob(
            "projectCreate",
            Map.of(),
            new JobTask.ProvisionProject(),
            null,
            null,
            null,
            null,
            NONE);
    database
        .transaction()
        .executeWithoutResult(_ -> assertThat(jobs.acceptHidden(project, provision)).isPositive());

    JobMessage message = received(QueueNames.PROVISION_JOBS);

    byte[] sealed = Base64.getDecoder().decode(message.sealedCredential());
    String opened = new String(worker.open(sealed, message.sealContext()), UTF_8);
    assertThat(Json.read(opened, ProjectRoles.class)).isEqualTo(new ProjectRoles(WRITER, READER));
  }

  @Test
  void workerIsToldToGiveUpAfterTooManyAttempts() throws Exception {
    long job = submit();
    for (int attempt = 1; attempt <= JobPlatform.PROPERTIES.maxAttempts(); attempt++) {
      JobMessage message = received(QueueNames.IMPORT_JOBS);
      assertThat(message.attempt()).isEqualTo(attempt);
      assertThat(message.giveUp()).isFalse();
      database.leaseIsOver(job);
    }

    JobMessage last = received(QueueNames.IMPORT_JOBS);

    assertThat(last.giveUp()).isTrue();
    assertThat(last.attempt()).isEqualTo(JobPlatform.PROPERTIES.maxAttempts() + 1);
  }

  @Test
  void jobWhoseCredentialCannotBeOpenedHoldsNobodyElseBack() throws Exception {
    long broken = database.project(10);
    long stuck = database.accept(broken, TABLE, 50L, 70L);

    long job = submit();

    assertThat(received(QueueNames.IMPORT_JOBS).jobId()).isEqualTo(job);
    await().until(() -> database.attempts(stuck) == 1 && database.leaseSeconds(stuck) > 1);
    assertThat(database.status(stuck)).isEqualTo("waiting");
    assertThat(PLATFORM.getBean(Dispatcher.class).unreachable()).isZero();
  }

  @Test
  void jobWhoseCredentialNeverOpensIsGivenUpAndSetsItsTableFree() throws Exception {
    long broken = database.project(10);
    long stuck = database.accept(broken, TABLE, 51L, 71L);
    long next = database.accept(broken, TABLE, 51L, 71L);

    for (int attempt = 1; attempt <= JobPlatform.PROPERTIES.maxAttempts(); attempt++) {
      int seen = attempt;
      await().until(() -> database.attempts(stuck) == seen);
      assertThat(database.status(stuck)).isEqualTo("waiting");
      assertThat(database.attempts(next)).isZero();
      database.leaseIsOver(stuck);
    }

    await().until(() -> database.status(stuck).equals("error"));
    assertThat(database.error(stuck)).contains("internalError", "credential", "does not open");
    await().until(() -> database.attempts(next) == 1);
  }

  @Test
  void textThatNoQueueTakesReachesTheWorker() throws Exception {
    var query =
        new TableQuery(
            List.of(),
            List.of(new TableQuery.Filter("id", EQ, List.of("\uffff", "\ufffe", "\u0001"), null)),
            List.of(),
            null,
            null,
            null,
            false);
    long job =
        submit(
            new JobTask.ExportTable(
                1, "in.c-main.users", query, JobTask.ExportFormat.RFC, true, "bucket", "key"));

    JobMessage message = received(QueueNames.IMPORT_JOBS);

    assertThat(message.jobId()).isEqualTo(job);
    assertThat(message.task())
        .isInstanceOfSatisfying(
            JobTask.ExportTable.class, task -> assertThat(task.query()).isEqualTo(query));
    assertThat(PLATFORM.getBean(Dispatcher.class).unreachable()).isZero();
  }

  @Test
  void jobThatNoQueueTakesIsGivenUpAndHoldsNobodyElseBack() throws Exception {
    long tooLong = database.accept(project, TOO_LONG);
    for (int attempt = 1; attempt <= JobPlatform.PROPERTIES.maxAttempts(); attempt++) {
      int seen = attempt;
      await().until(() -> database.attempts(tooLong) == seen && database.leaseSeconds(tooLong) < 3);
      assertThat(database.status(tooLong)).isEqualTo("waiting");
      database.leaseIsOver(tooLong);
    }
    long job = submit();

    assertThat(received(QueueNames.IMPORT_JOBS).jobId()).isEqualTo(job);
    await().until(() -> database.status(tooLong).equals("error"));
    assertThat(database.error(tooLong)).contains("internalError", "refuses its message");
    assertThat(PLATFORM.getBean(Dispatcher.class).unreachable()).isZero();
  }

  @Test
  void recordThatNoQueueTakesHoldsNobodyElseBack() {
    UUID strange = unsent("what a \uffff");
    UUID tooLong = unsent(unpackable(3 << 20));
    UUID plain = unsent("users");
    List<UUID> sent = new ArrayList<>();

    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              messages(QueueNames.AUDIT_RECORDS)
                  .forEach(
                      body ->
                          Json.read(QueueText.unpack(body), RecordBatch.class)
                              .records()
                              .forEach(record -> sent.add(record.id())));
              return sent.containsAll(List.of(strange, plain));
            });

    assertThat(sent).doesNotContain(tooLong);
    await().until(() -> outboxLease(tooLong) > 3000);
    assertThat(outboxLease(plain)).isLessThan(60);
  }

  /** Text that does not become short by packing. */
  private static String unpackable(int length) {
    byte[] noise = new byte[length / 2];
    new Random(7).nextBytes(noise);
    return HexFormat.of().formatHex(noise);
  }

  private UUID unsent(String name) {
    UUID id = RecordIds.next();
    var record =
        new AuditRecord(
            id,
            0,
            AuditRecord.Kind.EVENT,
            Instant.now(),
            null,
            project,
            new AuditRecord.Actor("service", "storage-api", null),
            AuditRecord.Source.INTERNAL,
            "storage.test",
            new AuditRecord.AuditObject("table", "1", name),
            AuditRecord.Outcome.ALLOWED,
            0,
            0,
            null,
            null,
            "storage",
            null,
            "info",
            "",
            "",
            Map.of(),
            Map.of(),
            List.of());
    database
        .jdbc()
        .sql(
            "INSERT INTO outbox_record (id, project_id, body, lease_until)"
                + " VALUES (?, ?, ?, now() - interval '1 second')")
        .params(id, project, Json.write(record))
        .update();
    return id;
  }

  private double outboxLease(UUID id) {
    return database
        .jdbc()
        .sql(
            "SELECT extract(epoch FROM lease_until - now())::float8 FROM outbox_record WHERE id ="
                + " ?")
        .param(id)
        .query(Double.class)
        .single();
  }

  private List<String> messages(String queue) {
    return sqs
        .receiveMessage(request -> request.queueUrl(url(queue)).maxNumberOfMessages(10))
        .join()
        .messages()
        .stream()
        .map(Message::body)
        .toList();
  }

  @Test
  void reportThatNobodyUnderstandsDoesNotStopTheOthers() throws Exception {
    long job = submit();
    received(QueueNames.IMPORT_JOBS);

    send(QueueNames.JOB_RESULTS, "no JSON");
    report(Outcomes.success(job, project));

    await().until(() -> database.status(job).equals("success"));
  }

  private long submit() {
    return submit(JobDatabase.newJob(TABLE, 1L, 7L));
  }

  private long submit(JobTask task) {
    return submit(new NewJob("tableExport", Map.of(), task, "in.c-main.users", 1L, 7L, null, NONE));
  }

  private long submit(NewJob asked) {
    Map<String, Object> job =
        TestCalls.as(caller, () -> jobs.submit(new Params(Map.of(), true), () -> asked));
    return (Long) Objects.requireNonNull(job.get("id"));
  }

  private long projectWithRoles() {
    long id = database.project(10);
    long organisation = new JobRows(database.jdbc()).organisationOf(id);
    keyring.createOrganisationKey(organisation);
    keyring.createProjectKey(organisation, id);
    database
        .jdbc()
        .sql("UPDATE project SET sealed_writer = ?, sealed_reader = ? WHERE id = ?")
        .params(sealed(id, WRITER, "writer"), sealed(id, READER, "reader"), id)
        .update();
    return id;
  }

  private byte[] sealed(long id, RoleCredential role, String name) {
    byte[] context = "project:%d:%s".formatted(id, name).getBytes(UTF_8);
    return keyring.seal(id, Json.write(role).getBytes(UTF_8), context);
  }

  private void report(JobOutcome outcome) {
    send(QueueNames.JOB_RESULTS, Json.write(outcome));
  }

  private void send(String queue, String body) {
    sqs.sendMessage(request -> request.queueUrl(url(queue)).messageBody(body)).join();
  }

  /** The next message of this test's project; those of earlier tests are dropped. */
  private JobMessage received(String queue) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> queued(queue), Optional::isPresent)
        .orElseThrow();
  }

  private Optional<JobMessage> queued(String queue) {
    List<Message> messages =
        sqs.receiveMessage(
                request -> request.queueUrl(url(queue)).maxNumberOfMessages(1).waitTimeSeconds(1))
            .join()
            .messages();
    if (messages.isEmpty()) {
      return Optional.empty();
    }
    Message message = messages.getFirst();
    sqs.deleteMessage(
            request -> request.queueUrl(url(queue)).receiptHandle(message.receiptHandle()))
        .join();
    return Optional.of(Json.read(message.body(), JobMessage.class))
        .filter(job -> job.projectId() == project);
  }

  private String url(String queue) {
    return sqs.getQueueUrl(request -> request.queueName(queue)).join().queueUrl();
  }
}
