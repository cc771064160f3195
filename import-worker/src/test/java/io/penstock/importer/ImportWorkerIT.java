package io.penstock.importer;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.aws.AwsSettings;
import io.penstock.embedded.queues.EmbeddedQueues;
import io.penstock.importer.fixture.ProjectFixture;
import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.Json;
import io.penstock.model.QueueNames;
import io.penstock.model.Secret;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask.DropTables;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The whole worker, with its queues. */
@Timeout(120)
class ImportWorkerIT {
  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static WarehouseFixture warehouse;

  @SuppressWarnings("NullAway.Init")
  private static EmbeddedQueues queues;

  @SuppressWarnings("NullAway.Init")
  private static SqsAsyncClient sqs;

  @SuppressWarnings("NullAway.Init")
  private static ConfigurableApplicationContext worker;

  @BeforeAll
  static void start() {
    warehouse = WarehouseFixture.start(directory);
    queues = EmbeddedQueues.start(0);
    sqs = new AwsSettings("us-east-1", null, queues.endpoint(), "test", Secret.of("test")).sqs();
    worker =
        ImportWorker.application()
            .run(
                "--server.port=0",
                "--penstock.aws.sqs-endpoint=" + queues.endpoint(),
                "--penstock.aws.s3-endpoint=http://127.0.0.1:1",
                "--penstock.aws.access-key-id=test",
                "--penstock.aws.secret-access-key=test",
                "--penstock.import-worker.warehouse.port=" + warehouse.server().port(),
                "--penstock.import-worker.warehouse.ssl-mode=disable",
                "--penstock.import-worker.opener-key=" + directory.resolve("opener.json"),
                "--penstock.provisioner.enabled=true",
                "--penstock.provisioner.username=" + warehouse.provisionerRole().role(),
                "--penstock.provisioner.password=" + warehouse.provisionerRole().password());
  }

  @AfterAll
  static void stop() {
    worker.close();
    sqs.close();
    queues.close();
    warehouse.close();
  }

  @Test
  void jobsGoFromTheQueueToTheLedgerAndTheirEndsToTheResults() throws SQLException {
    long projectId = WarehouseFixture.nextId();
    var roles = WarehouseFixture.roles(projectId);
    JobMessage provision = warehouse.provisionMessage(WarehouseFixture.nextId(), projectId, roles);
    send(QueueNames.PROVISION_JOBS, Json.write(provision));
    assertThat(endOf(provision.jobId()).status()).isEqualTo(Status.SUCCESS);

    ProjectFixture project = warehouse.project(projectId);
    long table = project.newTable("id\n1\n");
    JobMessage drop = project.message(WarehouseFixture.nextId(), new DropTables(List.of(table)));
    send(QueueNames.IMPORT_JOBS, Json.write(drop));
    send(QueueNames.IMPORT_JOBS, Json.write(drop));

    List<JobOutcome> reports = reportsUntil(drop.jobId(), 2);
    assertThat(reports).extracting(JobOutcome::status).contains(Status.STARTED);
    assertThat(reports.stream().filter(report -> report.status() == Status.SUCCESS).distinct())
        .hasSize(1);
    assertThat(project.relations(table)).isEmpty();
    waitUntilEmpty(QueueNames.IMPORT_JOBS);
  }

  @Test
  void workerIsAliveAndReadyAndNothingElse() throws Exception {
    int port =
        Objects.requireNonNull(((WebServerApplicationContext) worker).getWebServer()).getPort();
    for (String path : List.of("/health/live", "/health/ready")) {
      assertThat(status(port, path)).as(path).isEqualTo(200);
    }
    for (String path : List.of("/env", "/", "/v2/storage")) {
      assertThat(status(port, path)).as(path).isEqualTo(404);
    }
  }

  private static int status(int port, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .statusCode();
    }
  }

  private static void send(String queue, String body) {
    sqs.sendMessage(request -> request.queueUrl(url(queue)).messageBody(body)).join();
  }

  private static JobOutcome endOf(long jobId) {
    return reportsUntil(jobId, 1).getLast();
  }

  /** Takes reports off the queue until the job's end was reported so many times. */
  private static List<JobOutcome> reportsUntil(long jobId, int ends) {
    List<JobOutcome> found = new ArrayList<>();
    while (found.stream().filter(report -> report.status() != Status.STARTED).count() < ends) {
      List<Message> messages =
          sqs.receiveMessage(
                  request -> request.queueUrl(url(QueueNames.JOB_RESULTS)).waitTimeSeconds(5))
              .join()
              .messages();
      for (Message message : messages) {
        sqs.deleteMessage(
                request ->
                    request
                        .queueUrl(url(QueueNames.JOB_RESULTS))
                        .receiptHandle(message.receiptHandle()))
            .join();
        JobOutcome outcome = Json.read(message.body(), JobOutcome.class);
        if (outcome.jobId() == jobId) {
          found.add(outcome);
        }
      }
    }
    return found;
  }

  private static void waitUntilEmpty(String queue) {
    Map<QueueAttributeName, String> counts;
    do {
      counts =
          sqs.getQueueAttributes(
                  request ->
                      request
                          .queueUrl(url(queue))
                          .attributeNames(
                              QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                              QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
              .join()
              .attributes();
    } while (!counts.values().stream().allMatch("0"::equals));
  }

  private static String url(String queue) {
    return sqs.getQueueUrl(request -> request.queueName(queue)).join().queueUrl();
  }
}
