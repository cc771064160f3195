package io.penstock.trail.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.penstock.model.Json;
import io.penstock.model.Secret;
import io.penstock.trail.verify.TestLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The part of a server that shows a log; its answers can be set. */
public final class LogOverHttp implements AutoCloseable {
  public static final String TOKEN = "100-7-secret";
  public static final String EXPORT =
      "/v2/audit/events/export?format=jsonl&until=9999-12-31T00:00:00Z";

  private final HttpServer server;
  private final TestLog log;
  private final Map<String, byte[]> answers = new LinkedHashMap<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final Set<String> stalled = new HashSet<>();
  private final Set<String> ignored = new HashSet<>();
  private final Set<String> endless = new HashSet<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private boolean refusesBundles;

  public LogOverHttp(TestLog log) throws IOException {
    this.log = log;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    put("/v2/storage/tokens/verify", "{\"owner\":{\"id\":100}}");
    put("/v2/audit/log/key", log.key().text() + "\n");
    put(EXPORT, "");
  }

  public URI uri() {
    InetSocketAddress address = server.getAddress();
    return URI.create("http://127.0.0.1:" + address.getPort());
  }

  /** Whoever asks without a pause between attempts. */
  public LogServer connect(String token) {
    return new LogServer(HttpClient.newHttpClient(), uri(), Secret.of(token), Duration.ZERO);
  }

  public void put(String path, String answer) {
    answers.put(path, TestLog.bytes(answer));
  }

  /** Whoever waits no longer than this for an answer or its next part. */
  public LogServer connect(String token, Duration patience) {
    return new LogServer(
        HttpClient.newHttpClient(), uri(), Secret.of(token), Duration.ZERO, patience);
  }

  /** The path is answered with a part of the answer that was announced, and then with nothing. */
  public void stall(String path) {
    stalled.add(path);
  }

  /** The path is not answered at all. */
  public void ignore(String path) {
    ignored.add(path);
  }

  /** The path is answered with one line that does not end. */
  public void neverEnd(String path) {
    endless.add(path);
  }

  /** The next calls are answered 503. */
  public void fail(int times) {
    failures.set(times);
  }

  /** As for a token of a project that shares its organisation with others. */
  public void refuseBundles() {
    refusesBundles = true;
  }

  /** The entries of project 100 are told one by one. */
  public void tellEntries() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < log.size(); i += 2) {
      lines.append(Json.write(Map.of("index", i, "entry", log.text(i)))).append('\n');
    }
    put("/v2/audit/log/entries", lines.toString());
  }

  private void answer(HttpExchange exchange) {
    String path = exchange.getRequestURI().toString();
    try (exchange) {
      if (failures.getAndDecrement() > 0) {
        send(exchange, 503, TestLog.bytes("{\"error\":\"away\"}"));
      } else if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("X-StorageApi-Token"))) {
        send(exchange, 401, TestLog.bytes("{\"error\":\"Invalid access token\"}"));
      } else if (ignored.contains(path)) {
        awaitClose();
      } else if (stalled.contains(path)) {
        exchange.sendResponseHeaders(200, 8192);
        exchange.getResponseBody().write(new byte[64]);
        exchange.getResponseBody().flush();
        awaitClose();
      } else if (endless.contains(path)) {
        exchange.sendResponseHeaders(200, 0);
        while (closed.getCount() > 0) {
          exchange.getResponseBody().write(TestLog.bytes("x".repeat(8192))); // fails in the end
        }
      } else if (refusesBundles && path.startsWith("/v2/audit/log/tile/entries/")) {
        send(exchange, 403, TestLog.bytes("{\"error\":\"use entries\"}"));
      } else if (answers.containsKey(path)) {
        send(exchange, 200, answers.getOrDefault(path, new byte[0]));
      } else {
        Path file = log.folder().resolve(path.replace("/v2/audit/log/", ""));
        boolean found = path.startsWith("/v2/audit/log/") && Files.isRegularFile(file);
        send(exchange, found ? 200 : 404, found ? Files.readAllBytes(file) : new byte[0]);
      }
    } catch (IOException e) {
      if (!endless.contains(path)) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
