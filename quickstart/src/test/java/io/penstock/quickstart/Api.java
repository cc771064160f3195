package io.penstock.quickstart;

import io.penstock.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The Storage API as a test calls it: plain HTTP, nothing hidden. */
record Api(URI base, @Nullable String token) {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /**
   * @param path within the Storage API, or from the root where it begins with a slash
   */
  HttpResponse<String> send(String method, String path, @Nullable Object body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path.startsWith("/") ? path : "/v2/storage/" + path))
            .timeout(Duration.ofSeconds(60))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(
                        body instanceof String text ? text : Json.write(body)));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (token != null) {
      request.header("X-StorageApi-Token", token);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return expect(200, send("GET", path, null));
  }

  JsonNode post(int status, String path, Object body) throws IOException, InterruptedException {
    return expect(status, send("POST", path, body));
  }

  /** A POST under an idempotency key. */
  HttpResponse<String> sendOnce(String path, Object body, String key)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(base.resolve("/v2/storage/" + path))
            .header("Content-Type", "application/json")
            .header("X-StorageApi-Token", String.valueOf(token))
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  static JsonNode expect(int status, HttpResponse<String> answer) {
    if (answer.statusCode() != status) {
      throw new AssertionError(
          "%s answered %d instead of %d: %s"
              .formatted(answer.request().uri(), answer.statusCode(), status, answer.body()));
    }
    return answer.body().isEmpty()
        ? Json.mapper().createObjectNode()
        : Json.mapper().readTree(answer.body());
  }

  /** Polls the job until it has ended. */
  JsonNode ended(JsonNode job) throws IOException, InterruptedException {
    Instant until = Instant.now().plus(LIMIT);
    JsonNode now = job;
    while (Instant.now().isBefore(until)) {
      now = get("jobs/" + job.path("id").asLong());
      String status = now.path("status").asString();
      if (status.equals("success") || status.equals("error")) {
        return now;
      }
      Thread.sleep(10); // as a client polls
    }
    throw new AssertionError("The job did not end: " + now);
  }

  /** Prepares a file, without uploading it. */
  JsonNode prepare(String name, boolean encrypted) throws IOException, InterruptedException {
    return post(
        201,
        "files/prepare",
        Map.of("name", name, "federationToken", true, "isEncrypted", encrypted));
  }
}
