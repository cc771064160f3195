package io.penstock.trail.http;

import io.penstock.model.Json;
import io.penstock.model.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;

/**
 * GET calls with a storage token. What is busy or away is asked again, a few times; redirects are
 * not followed, so that the token goes nowhere else. Thread-safe.
 */
public final class LogServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int ATTEMPTS = 5;
  private static final Set<Integer> AGAIN = Set.of(429, 500, 502, 503, 504);
  private static final int LONGEST_MESSAGE = 64 << 10;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final HttpClient http;
  private final URI base;
  private final Secret token;
  private final Duration firstPause;
  private final Duration patience;

  /**
   * @param base the server's address
   * @param firstPause before the second attempt; it doubles
   */
  public LogServer(HttpClient http, URI base, Secret token, Duration firstPause) {
    this(http, base, token, firstPause, PATIENCE);
  }

  /**
   * @param patience how long an answer, and each further part of it, is waited for
   */
  LogServer(HttpClient http, URI base, Secret token, Duration firstPause, Duration patience) {
    this.http = http;
    this.base = base;
    this.token = token;
    this.firstPause = firstPause;
    this.patience = patience;
  }

  /** Before a second attempt. */
  Duration firstPause() {
    return firstPause;
  }

  public URI base() {
    return base;
  }

  /**
   * The whole answer; empty when it is 404.
   *
   * @param limit a longer answer is refused
   * @throws UncheckedIOException when there is no answer; its cause is a {@link
   *     LogRefusedException} when the token may not
   */
  public Optional<byte[]> read(String path, int limit) {
    try {
      Optional<InputStream> answer = open(path);
      if (answer.isEmpty()) {
        return Optional.empty();
      }
      try (InputStream in = answer.get()) {
        byte[] bytes = in.readNBytes(limit + 1);
        if (bytes.length > limit) {
          throw new TooLargeException("%s answers more than %,d bytes".formatted(path, limit));
        }
        return Optional.of(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** The answer as a stream, to be closed; empty when it is 404. */
  public Optional<InputStream> open(String path) throws IOException {
    URI uri = URI.create(base.toString().replaceAll("/+$", "") + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(patience)
            .header("X-StorageApi-Token", token.reveal())
            .build();
    Duration pause = firstPause;
    for (int attempt = 1; ; attempt++) {
      IOException failure;
      try {
        HttpResponse<InputStream> answer = send(request);
        InputStream body = new PatientStream(answer.body(), patience);
        if (answer.statusCode() == 200) {
          return Optional.of(body);
        }
        failure = failure(path, answer.statusCode(), body);
        if (answer.statusCode() == 404) {
          return Optional.empty();
        }
        if (!AGAIN.contains(answer.statusCode())) {
          throw failure;
        }
        pause = longer(pause, retryAfter(answer));
      } catch (NoAnswerException e) {
        failure = e;
      }
      if (attempt == ATTEMPTS) {
        throw failure;
      }
      rest(pause);
      pause = pause.multipliedBy(2);
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    } catch (IOException e) {
      throw new NoAnswerException("%s cannot be reached: %s".formatted(base, text(e)), e);
    }
  }

  private static final class NoAnswerException extends IOException {
    private static final long serialVersionUID = 1;

    NoAnswerException(String message, IOException cause) {
      super(message, cause);
    }
  }

  private static IOException failure(String path, int status, InputStream body) throws IOException {
    String message = "";
    try (InputStream in = body) {
      message = Json.mapper().readTree(in.readNBytes(LONGEST_MESSAGE)).path("error").asString("");
    } catch (JacksonException _) {
      // Not our server's form of an error: the status says enough.
    }
    String text = "%s: %d %s".formatted(path, status, message).strip();
    return status == 401 || status == 403 ? new LogRefusedException(text) : new IOException(text);
  }

  private static String text(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static Duration retryAfter(HttpResponse<?> answer) {
    String value = answer.headers().firstValue("Retry-After").orElse("");
    return value.matches("[0-9]{1,5}") ? Duration.ofSeconds(Long.parseLong(value)) : Duration.ZERO;
  }

  private static Duration longer(Duration one, Duration other) {
    Duration longer = one.compareTo(other) > 0 ? one : other;
    return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
  }

  private static void rest(Duration pause) throws IOException {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow(); // what stalls is not waited for
  }
}
