package io.penstock.kill;

import io.penstock.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who reads, writes, and is refused now and then, one call after the other. What breaks he
 * does not try again.
 */
final class CallingClient implements Callable<Void> {
  static final String BUCKET = "trail";

  /** Of a large event: more than an entry of the log can hold. */
  private static final int LARGE = 30_000;

  /** While kills are to come: records enough for a full tile within seconds. */
  private static final long PAUSE_MILLIS = 200;

  private static final Set<Integer> NOT_NOW = Set.of(503);

  private final HttpClient http;
  private final URI base;
  private final String token;
  private final Random random;
  private final Received received;
  private final AtomicBoolean unhurried;
  private final AtomicBoolean over;

  /**
   * @param unhurried false: without pauses
   * @param over true: the end
   */
  CallingClient(
      HttpClient http,
      URI api,
      String token,
      long seed,
      Received received,
      AtomicBoolean unhurried,
      AtomicBoolean over) {
    this.http = http;
    this.base = api.resolve("/v2/storage/");
    this.token = token;
    this.random = new Random(seed);
    this.received = received;
    this.unhurried = unhurried;
    this.over = over;
  }

  @Override
  public @Nullable Void call() throws InterruptedException {
    while (!over.get()) {
      try {
        next();
      } catch (IOException e) {
        received.noAnswer(e);
        TimeUnit.MILLISECONDS.sleep(100); // as whoever finds nobody there
      }
      if (unhurried.get()) {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS); // kills take their time
      }
    }
    return null;
  }

  private void next() throws IOException, InterruptedException {
    int choice = random.nextInt(100);
    if (choice < 50) {
      expect(200, send("GET", "buckets", null, token));
    } else if (choice < 70) {
      expect(200, send("GET", "tokens/verify", null, token));
    } else if (choice < 80) {
      expect(404, send("GET", "buckets/in.c-nobody", null, token));
    } else if (choice < 82) {
      expect(401, send("GET", "buckets", null, "1-1-nobodys-token"));
    } else if (choice < 90) {
      expect(201, send("POST", "buckets/in.c-" + BUCKET + "/metadata", metadata(), token));
    } else if (choice < 97) {
      event(Map.of("step", random.nextInt(1_000)));
    } else {
      byte[] bytes = new byte[LARGE];
      random.nextBytes(bytes);
      event(Map.of("text", Base64.getEncoder().encodeToString(bytes)));
    }
  }

  private Map<String, Object> metadata() {
    return Map.of(
        "provider",
        "kill-test",
        "metadata",
        List.of(Map.of("key", "kill.k" + random.nextInt(8), "value", "v" + random.nextInt(1_000))));
  }

  private void event(Map<String, Object> params) throws IOException, InterruptedException {
    Map<String, Object> event =
        Map.of("component", "kill-test", "message", "Something has happened", "params", params);
    HttpResponse<String> answer = send("POST", "events", event, token);
    expect(201, answer);
    if (answer.statusCode() == 201) {
      received.event(Json.mapper().readTree(answer.body()).path("uuid").asString());
    }
  }

  private HttpResponse<String> send(
      String method, String path, @Nullable Object body, String withToken)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofSeconds(15))
            .header("X-StorageApi-Token", withToken)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(Json.write(body)));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    received.answer(answer);
    return answer;
  }

  /** Or somebody is dead. */
  private static void expect(int status, HttpResponse<String> answer) {
    if (answer.statusCode() != status && !NOT_NOW.contains(answer.statusCode())) {
      throw new AssertionError(
          "%s %s answered %d instead of %d: %s"
              .formatted(
                  answer.request().method(),
                  answer.request().uri(),
                  answer.statusCode(),
                  status,
                  answer.body()));
    }
  }
}
