package io.penstock.embedded.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.embedded.PortInUseException;
import io.penstock.model.QueueNames;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

@Timeout(120)
class EmbeddedQueuesIT {

  @Test
  void messagesAreReceivedAndDeleted() {
    try (var queues = EmbeddedQueues.start(0);
        var client = client(queues)) {
      for (String queue : QueueNames.ALL) {
        String url = url(client, queue);
        assertThat(url).startsWith(queues.endpoint().toString());

        client.sendMessage(
            request -> request.queueUrl(url).messageBody("{\"to\":\"" + queue + "\"}"));
        var received = receive(client, url, 30);

        assertThat(received)
            .extracting(Message::body)
            .containsExactly("{\"to\":\"" + queue + "\"}");
        client.deleteMessage(
            request -> request.queueUrl(url).receiptHandle(received.getFirst().receiptHandle()));
        assertThat(receive(client, url, 30)).isEmpty();
      }
    }
  }

  @Test
  void messageThatNobodyHandlesBecomesADeadLetter() {
    try (var queues = EmbeddedQueues.start(0);
        var client = client(queues)) {
      String url = url(client, QueueNames.IMPORT_JOBS);
      String deadLetters = url(client, QueueNames.deadLetters(QueueNames.IMPORT_JOBS));
      client.sendMessage(request -> request.queueUrl(url).messageBody("job 7"));

      for (int i = 1; i <= EmbeddedQueues.MAX_RECEIVES; i++) {
        assertThat(receive(client, url, 0)).as("receive %d", i).hasSize(1);
        assertThat(receive(client, deadLetters, 0)).isEmpty();
      }

      assertThat(receive(client, url, 0)).isEmpty();
      assertThat(receive(client, deadLetters, 30))
          .extracting(Message::body)
          .containsExactly("job 7");
    }
  }

  @Test
  void receivedMessageIsHiddenForHalfAMinute() {
    try (var queues = EmbeddedQueues.start(0);
        var client = client(queues)) {
      var attributes =
          client.getQueueAttributes(
              request ->
                  request
                      .queueUrl(url(client, QueueNames.IMPORT_JOBS))
                      .attributeNames(QueueAttributeName.ALL));

      assertThat(attributes.attributes())
          .containsEntry(QueueAttributeName.VISIBILITY_TIMEOUT, "30");
    }
  }

  @Test
  void takenPortIsNamed() throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertThatExceptionOfType(PortInUseException.class)
          .isThrownBy(() -> EmbeddedQueues.start(other.getLocalPort()))
          .withMessageContaining("Port %d ", other.getLocalPort());
    }
  }

  @Test
  void portIsFreeAgainAfterClose() {
    var first = EmbeddedQueues.start(0);
    int port = first.endpoint().getPort();
    first.close();
    first.close();

    try (var second = EmbeddedQueues.start(port);
        var client = client(second)) {
      assertThat(receive(client, url(client, QueueNames.JOB_RESULTS), 0)).isEmpty();
    }
  }

  @Test
  void nothingIsPrinted() {
    var printed = new ByteArrayOutputStream();
    var original = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      EmbeddedQueues.start(0).close();
    } finally {
      System.setOut(original);
    }

    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void closeEndsTheThreads() {
    EmbeddedQueues.start(0).close();

    // The last thread that ran a task of the shutdown may still be on its way out.
    var until = Instant.now().plusSeconds(10);
    while (!liveThreads().isEmpty() && Instant.now().isBefore(until)) {
      Thread.onSpinWait();
    }
    assertThat(liveThreads()).isEmpty();
  }

  private static List<String> liveThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("penstock-queues") && thread.isAlive())
        .map(Thread::getName)
        .toList();
  }

  private static SqsClient client(EmbeddedQueues queues) {
    return SqsClient.builder()
        .endpointOverride(queues.endpoint())
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")))
        .build();
  }

  private static String url(SqsClient client, String queue) {
    return client.getQueueUrl(request -> request.queueName(queue)).queueUrl();
  }

  private static List<Message> receive(SqsClient client, String url, int visibilitySeconds) {
    return client
        .receiveMessage(
            request ->
                request.queueUrl(url).visibilityTimeout(visibilitySeconds).waitTimeSeconds(0))
        .messages();
  }
}
