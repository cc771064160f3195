package io.penstock.storage.job;

import static io.penstock.storage.job.NewJob.Lock.TABLE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.penstock.aws.keys.LocalKeyring;
import io.penstock.aws.keys.LocalRecipientSeal;
import io.penstock.embedded.queues.EmbeddedQueues;
import io.penstock.model.Json;
import io.penstock.model.QueueNames;
import io.penstock.model.job.RoleCredential;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Status;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

@Timeout(120)
class QueueOutageIT {
  private static final DispatchProperties PROPERTIES =
      new DispatchProperties(Duration.ofSeconds(60), 3, 1, true);

  @TempDir Path directory;

  private final JobDatabase database = JobDatabase.emptied();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may run over

  @Test
  void jobsWaitOutAnOutageAndReadinessTellsOfIt() throws Exception {
    int port = freePort();
    try (SqsAsyncClient sqs = JobPlatform.client(URI.create("http://127.0.0.1:" + port))) {
      Dispatcher dispatcher = dispatcher(sqs);
      var health = new DispatchHealthIndicator(dispatcher);
      long job = database.accept(project(), TABLE, 1L, 7L);
      for (int round = 0; round < 5; round++) {
        assertThat(dispatcher.round()).isEqualTo(1);
      }
      assertThat(health.health().getStatus()).isEqualTo(Status.UP);
      later(Duration.ofSeconds(31));
      assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
      assertThat(database.attempts(job)).isEqualTo(1);

      try (var queues = EmbeddedQueues.start(port)) {
        assertThat(queues.endpoint().getPort()).isEqualTo(port);
        assertThat(dispatcher.round()).isEqualTo(1);

        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        assertThat(database.leaseSeconds(job)).isGreaterThan(50);
        assertThat(waiting(sqs)).isEqualTo("1");
      }
    }
  }

  @Test
  void outageIsNoticedWithoutAnyJob() throws Exception {
    try (SqsAsyncClient sqs = JobPlatform.client(URI.create("http://127.0.0.1:" + freePort()))) {
      Dispatcher dispatcher = dispatcher(sqs);
      assertThat(dispatcher.round()).isZero();
      later(Duration.ofSeconds(11));
      assertThat(dispatcher.round()).isZero();

      later(Duration.ofSeconds(31));

      assertThat(dispatcher.unreachable()).isEqualTo(Duration.ofSeconds(31));
    }
  }

  @Test
  void startForgetsTheLeasesOfAQueueThatForgot() throws Exception {
    try (var queues = EmbeddedQueues.start(0);
        SqsAsyncClient sqs = JobPlatform.client(queues.endpoint())) {
      long job = database.accept(project(), TABLE, 1L, 7L);
      assertThat(dispatcher(sqs).round()).isEqualTo(1);
      assertThat(dispatcher(sqs).round()).isZero();

      Dispatcher restarted = dispatcher(sqs);
      restarted.start();
      try {
        await().until(() -> waiting(sqs).equals("2"));
      } finally {
        restarted.stop();
      }

      assertThat(database.attempts(job)).isEqualTo(2);
      assertThat(restarted.isRunning()).isFalse();
    }
  }

  private Dispatcher dispatcher(SqsAsyncClient sqs) {
    Path open = directory.resolve("worker.public");
    LocalRecipientSeal.generate(directory.resolve("worker.private"), open);
    var messages =
        new JobMessages(
            new LocalKeyring(directory.resolve("keyring")),
            LocalRecipientSeal.fromPublic(open),
            PROPERTIES,
            new SealedReaders(database.jdbc()));
    var claims = new Claims(database.jdbc(), database.transaction(), PROPERTIES);
    return new Dispatcher(
        claims,
        messages,
        new Queues(sqs),
        (_, job, why) -> fail("Job %d was given up: %s", job, why),
        new Bell(),
        PROPERTIES,
        nanos::get);
  }

  private long project() {
    long id = database.project(10);
    long organisation = new JobRows(database.jdbc()).organisationOf(id);
    var keyring = new LocalKeyring(directory.resolve("keyring"));
    keyring.createOrganisationKey(organisation);
    keyring.createProjectKey(organisation, id);
    byte[] role = Json.write(new RoleCredential("p_writer", "secret")).getBytes(UTF_8);
    byte[] context = "project:%d:writer".formatted(id).getBytes(UTF_8);
    database
        .jdbc()
        .sql("UPDATE project SET sealed_writer = ? WHERE id = ?")
        .params(keyring.seal(id, role, context), id)
        .update();
    return id;
  }

  private static String waiting(SqsAsyncClient sqs) {
    String url =
        sqs.getQueueUrl(request -> request.queueName(QueueNames.IMPORT_JOBS)).join().queueUrl();
    return String.valueOf(
        sqs.getQueueAttributes(
                request ->
                    request.queueUrl(url).attributeNamesWithStrings("ApproximateNumberOfMessages"))
            .join()
            .attributesAsStrings()
            .get("ApproximateNumberOfMessages"));
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void later(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
