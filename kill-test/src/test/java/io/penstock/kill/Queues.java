package io.penstock.kill;

import io.penstock.model.Json;
import io.penstock.model.QueueNames;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The queues from behind, by SQS's JSON protocol. */
record Queues(HttpClient http, URI endpoint) {
  private static final List<String> COUNTS =
      List.of(
          "ApproximateNumberOfMessages",
          "ApproximateNumberOfMessagesNotVisible",
          "ApproximateNumberOfMessagesDelayed");

  /** What a dead receiver had taken comes back after seconds, not after half a minute. */
  void giveBackSoon() throws IOException, InterruptedException {
    for (String queue : QueueNames.ALL) {
      call(
          "SetQueueAttributes",
          Map.of("QueueUrl", url(queue), "Attributes", Map.of("VisibilityTimeout", "5")));
    }
  }

  /** How many messages there are, in queues that are not empty; dead letters among them. */
  Map<String, Long> left() throws IOException, InterruptedException {
    Map<String, Long> left = new TreeMap<>();
    for (String queue :
        QueueNames.ALL.stream()
            .flatMap(name -> Stream.of(name, QueueNames.deadLetters(name)))
            .toList()) {
      JsonNode counts =
          call("GetQueueAttributes", Map.of("QueueUrl", url(queue), "AttributeNames", COUNTS))
              .path("Attributes");
      long sum = COUNTS.stream().mapToLong(name -> counts.path(name).asLong(0)).sum();
      if (sum > 0) {
        left.put(queue, sum);
      }
    }
    return left;
  }

  private String url(String queue) {
    return endpoint + "/000000000000/" + queue;
  }

  private JsonNode call(String action, Map<String, Object> body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(endpoint)
                .timeout(Duration.ofSeconds(10))
                .header("X-Amz-Target", "AmazonSQS." + action)
                .header("Content-Type", "application/x-amz-json-1.0")
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(action + " was answered " + answer.statusCode() + answer.body());
    }
    return answer.body().isBlank()
        ? Json.mapper().createObjectNode()
        : Json.mapper().readTree(answer.body());
  }
}
