package io.penstock.uploader;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the API: sends, retries what may pass (network errors, 429, 5xx except 501) and reads
 * the answers. Immutable and thread-safe. The token goes to the API's own address only; redirects
 * are not followed.
 */
final class ApiConnection {
  /** More than any answer of the API has; an export's rows never come this way. */
  private static final int LARGEST_ANSWER = 64 << 20;

  private static final String BASE = "/v2/storage/";

  private final HttpClient http;
  private final URI root;
  private final String token;
  private final Duration timeout;
  private final Retries retries;
  private final Timekeeper time;
  private final Progress progress;

  ApiConnection(
      HttpClient http, Address address, Duration timeout, Retries retries, Timekeeper time) {
    this(http, address.root(), address.token(), timeout, retries, time, Progress.NONE);
  }

  private ApiConnection(
      HttpClient http,
      URI root,
      String token,
      Duration timeout,
      Retries retries,
      Timekeeper time,
      Progress progress) {
    this.http = http;
    this.root = root;
    this.token = token;
    this.timeout = timeout;
    this.retries = retries;
    this.time = time;
    this.progress = progress;
  }

  /** The API's scheme, host and port, and who calls. */
  record Address(URI root, String token) {
    @Override
    public String toString() {
      return root.toString();
    }
  }

  /** The same connection, whose retries are told to {@code progress}. */
  ApiConnection tellingOf(Progress progress) {
    return new ApiConnection(http, root, token, timeout, retries, time, progress);
  }

  Timekeeper time() {
    return time;
  }

  /**
   * Sends one call and answers whatever final status comes back.
   *
   * @param path below {@code /v2/storage/}, or from the root when it begins with a slash
   * @param body sent as JSON; null: no body
   * @throws UploadGaveUpException when only passing failures came back until the limit
   */
  Answer exchange(String method, String path, @Nullable Object body) throws InterruptedException {
    return exchange(method, path, body, UUID.randomUUID().toString());
  }

  /**
   * @param key sent as {@code Idempotency-Key} of a POST, the same over all tries: one whose answer
   *     was lost does not create twice
   */
  private Answer exchange(String method, String path, @Nullable Object body, String key)
      throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target(path))
            .timeout(timeout)
            .header("X-StorageApi-Token", token)
            .header("User-Agent", userAgent())
            .header("Accept", "application/json, text/csv;q=0.9, */*;q=0.1");
    if (method.equals("POST")) {
      request.header("Idempotency-Key", key);
    }
    if (body == null) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request.header("Content-Type", "application/json");
      String json = Answer.JSON.writeValueAsString(body);
      request.method(method, HttpRequest.BodyPublishers.ofString(json));
    }
    return send(method + " " + withoutQuery(path), request.build());
  }

  /**
   * As {@link #exchange}, for calls that have to succeed.
   *
   * @throws UploadRefusedException for every final status but 2xx
   */
  Answer require(String method, String path, @Nullable Object body) throws InterruptedException {
    Answer answer = exchange(method, path, body);
    if (!answer.accepted()) {
      throw UploadRefusedException.from(answer);
    }
    return answer;
  }

  /** As {@link #require} a POST, under a key that the caller remembers. */
  Answer post(String path, Object body, String key) throws InterruptedException {
    Answer answer = exchange("POST", path, body, key);
    if (!answer.accepted()) {
      throw UploadRefusedException.from(answer);
    }
    return answer;
  }

  /** Runs something else by the rules by which calls are tried again. */
  <T> T retrying(String what, Retries.Attempt<T> attempt) throws InterruptedException {
    return retries.run(what, progress, attempt);
  }

  /** Who is listening. */
  Progress progress() {
    return progress;
  }

  /** The server, as it stands in addresses. */
  URI root() {
    return root;
  }

  /**
   * A resource, or empty when the API says that it does not exist; an unknown route is still
   * refused.
   */
  Optional<Answer> find(String path) throws InterruptedException {
    Answer answer = exchange("GET", path, null);
    if (answer.status() == 404 && answer.json().path("code").asString("").endsWith(".notFound")) {
      return Optional.empty();
    }
    if (!answer.accepted()) {
      throw UploadRefusedException.from(answer);
    }
    return Optional.of(answer);
  }

  /** Reads a presigned URL: without the token, which is not for the object store to see. */
  Answer readPresigned(URI url) throws InterruptedException {
    Endpoint.requireConfidential(url, "the object store");
    Answer answer =
        send("GET " + url.getPath(), HttpRequest.newBuilder(url).timeout(timeout).build());
    if (!answer.accepted()) {
      throw new UploadRefusedException(
          answer.status(), "", "the object store answered HTTP " + answer.status(), "");
    }
    return answer;
  }

  private Answer send(String what, HttpRequest request) throws InterruptedException {
    return retries.run(what, progress, () -> attempt(request));
  }

  private Retries.Outcome<Answer> attempt(HttpRequest request) throws InterruptedException {
    try {
      HttpResponse<byte[]> response = completed(request);
      Answer answer =
          new Answer(
              response.statusCode(),
              new String(response.body(), UTF_8),
              response.headers().firstValue("X-Penstock-Record-Id").orElse(""));
      return mayPass(answer.status())
          ? new Retries.Outcome.Again<>(
              reason(answer),
              RetryAfter.pause(response.headers().firstValue("Retry-After").orElse(""), time.now()),
              null)
          : new Retries.Outcome.Ended<>(answer);
    } catch (IOException failure) {
      if (Trust.refused(failure)) {
        throw Trust.untrusted(request.uri().getAuthority(), failure);
      }
      return new Retries.Outcome.Again<>(
          "no answer from %s (%s)".formatted(request.uri().getAuthority(), describe(failure)),
          Duration.ZERO,
          failure);
    }
  }

  /** Waits for the whole answer: a request's own time-out ends with the headers. */
  private HttpResponse<byte[]> completed(HttpRequest request)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER));
    try {
      return exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no complete answer in %d s".formatted(timeout.toSeconds()), e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } finally {
      exchange.cancel(true);
    }
  }

  static boolean mayPass(int status) {
    return status == 429 || (status >= 500 && status != 501);
  }

  private static String reason(Answer answer) {
    String text = answer.json().path("error").asString(answer.json().path("reason").asString(""));
    return "the server answered HTTP " + answer.status() + (text.isEmpty() ? "" : ": " + text);
  }

  private static String describe(IOException failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  private URI target(String path) {
    String full = path.startsWith("/") ? path : BASE + path;
    return URI.create(root + full);
  }

  private static String withoutQuery(String path) {
    int query = path.indexOf('?');
    return query < 0 ? path : path.substring(0, query);
  }

  private static String userAgent() {
    String version = ApiConnection.class.getPackage().getImplementationVersion();
    return "Penstock Uploader/%s Java/%d"
        .formatted(version == null ? "dev" : version, Runtime.version().feature());
  }
}
