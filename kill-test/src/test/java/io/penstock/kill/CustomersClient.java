package io.penstock.kill;

import io.penstock.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The Storage API as a well-behaved customer calls it: what broke or was answered 5xx is sent
 * again, a job under the same key. Thread-safe.
 */
final class CustomersClient {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final long PAUSE_MILLIS = 200;

  private final HttpClient http;
  private final URI base;
  private final String token;
  private final Set<String> recordIds = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicInteger> repeated = new ConcurrentHashMap<>();

  CustomersClient(HttpClient http, URI api, String token) {
    this.http = http;
    this.base = api.resolve("/v2/storage/");
    this.token = token;
  }

  /** Ids of the records of all calls that were answered. */
  Set<String> recordIds() {
    return recordIds;
  }

  /** How many calls were repeated, by what had become of them. */
  Map<String, Integer> repeated() {
    Map<String, Integer> counts = new TreeMap<>();
    repeated.forEach((why, count) -> counts.put(why, count.get()));
    return counts;
  }

  JsonNode get(String path) throws InterruptedException {
    return expect(200, send("GET", path, null, null));
  }

  JsonNode post(int status, String path, Object body) throws InterruptedException {
    return expect(status, send("POST", path, body, null));
  }

  /** A job, accepted once however often it is asked for. */
  JsonNode submit(String path, Object body, String key) throws InterruptedException {
    return expect(202, send("POST", path, body, key));
  }

  /** Waits for the job's end. */
  JsonNode ended(long job) throws InterruptedException {
    Instant until = Instant.now().plus(PATIENCE);
    JsonNode now = Json.mapper().createObjectNode();
    while (Instant.now().isBefore(until)) {
      now = get("jobs/" + job);
      String status = now.path("status").asString();
      if (status.equals("success") || status.equals("error")) {
        return now;
      }
      TimeUnit.MILLISECONDS.sleep(100); // as a customer polls
    }
    throw new AssertionError("The job did not end: " + now);
  }

  private HttpResponse<String> send(
      String method, String path, @Nullable Object body, @Nullable String key)
      throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofSeconds(15))
            .header("X-StorageApi-Token", token)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(Json.write(body)));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    return persist(request.build());
  }

  private HttpResponse<String> persist(HttpRequest request) throws InterruptedException {
    Instant until = Instant.now().plus(PATIENCE);
    String last = "";
    while (Instant.now().isBefore(until)) {
      try {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() < 500) {
          answer.headers().firstValue("X-Penstock-Record-Id").ifPresent(recordIds::add);
          return answer;
        }
        last = "HTTP " + answer.statusCode();
        if (answer.statusCode() != 503) {
          last += " " + answer.body();
        }
      } catch (IOException e) {
        last = e.getClass().getSimpleName();
      }
      repeated.computeIfAbsent(last, _ -> new AtomicInteger()).incrementAndGet();
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
    throw new AssertionError(request.uri() + " was never answered: " + last);
  }

  private static JsonNode expect(int status, HttpResponse<String> answer) {
    if (answer.statusCode() != status) {
      throw new AssertionError(
          "%s %s answered %d instead of %d: %s"
              .formatted(
                  answer.request().method(),
                  answer.request().uri(),
                  answer.statusCode(),
                  status,
                  answer.body()));
    }
    return Json.mapper().readTree(answer.body());
  }
}
