package io.penstock.kill;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.penstock.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.node.ObjectNode;

/**
 * SQS as it may be at its worst, in front of the queues: every message is delivered twice, the copy
 * some time later, and now and then a message has to wait so that later ones overtake it.
 * Thread-safe.
 */
final class QueueProxy implements AutoCloseable {
  private static final String ACTION = "X-Amz-Target";
  private static final String SEND = "AmazonSQS.SendMessage";
  private static final Set<String> OWN_HEADERS =
      Set.of("host", "connection", "content-length", "expect", "upgrade", "transfer-encoding");
  private static final int LONGEST_LATER_MILLIS = 3_000;
  private static final int ONE_OF_LATE = 6;

  private final URI queues;
  private final Random random;
  private final HttpServer server;
  private final HttpClient client;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService later =
      Executors.newScheduledThreadPool(2, Thread.ofPlatform().daemon().factory());
  private final Map<String, AtomicInteger> copies = new ConcurrentHashMap<>();
  private final AtomicInteger delayed = new AtomicInteger();
  private final Phaser underway = new Phaser(1);
  private volatile boolean passing;

  QueueProxy(URI queues, long seed) throws IOException {
    // Read when the first server is made; without it each answer waits 40 ms for an
    // acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    this.queues = queues;
    this.random = new Random(seed);
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 100);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** How many messages were sent a second time, by queue. */
  Map<String, Integer> copies() {
    Map<String, Integer> counts = new TreeMap<>();
    copies.forEach((queue, count) -> counts.put(queue, count.get()));
    return counts;
  }

  /** How many were overtaken. */
  int delayed() {
    return delayed.get();
  }

  /** From now on as it should be; returns when the last copy is sent. */
  void calmDown() {
    passing = true;
    underway.arriveAndAwaitAdvance();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      boolean sends = SEND.equals(exchange.getRequestHeaders().getFirst(ACTION)) && !passing;
      HttpResponse<byte[]> answer =
          client.send(
              request(exchange, sends ? perhapsLate(body) : body),
              HttpResponse.BodyHandlers.ofByteArray());
      if (sends && answer.statusCode() == 200) {
        sendAgain(exchange, body);
      }
      reply(exchange, answer);
    } catch (IOException e) {
      // Without an answer, as when the network fails: the caller's next try is its own decision.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpRequest request(HttpExchange exchange, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(queues.resolve(exchange.getRequestURI().toString()))
            .timeout(Duration.ofSeconds(45))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!OWN_HEADERS.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return request.build();
  }

  /** SQS takes the message at once and delivers it after some seconds. */
  private byte[] perhapsLate(byte[] body) {
    if (draw(ONE_OF_LATE) != 0) {
      return body;
    }
    delayed.incrementAndGet();
    ObjectNode message = (ObjectNode) Json.mapper().readTree(body);
    message.put("DelaySeconds", 1 + draw(2));
    return Json.mapper().writeValueAsBytes(message);
  }

  private void sendAgain(HttpExchange exchange, byte[] body) {
    String queue = Json.mapper().readTree(body).path("QueueUrl").asString("");
    HttpRequest again = request(exchange, body);
    underway.register();
    Future<?> _ =
        later.schedule(
            () -> {
              try {
                if (client.send(again, HttpResponse.BodyHandlers.discarding()).statusCode()
                    == 200) {
                  copies
                      .computeIfAbsent(
                          queue.substring(queue.lastIndexOf('/') + 1), _ -> new AtomicInteger())
                      .incrementAndGet();
                }
              } catch (IOException e) {
                // The queues were killed meanwhile: one copy less.
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } finally {
                underway.arriveAndDeregister();
              }
            },
            draw(LONGEST_LATER_MILLIS),
            TimeUnit.MILLISECONDS);
  }

  private synchronized int draw(int bound) {
    return random.nextInt(bound);
  }

  /** Addresses of queues lead here again. */
  private void reply(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
    byte[] body = answer.body();
    String action = String.valueOf(exchange.getRequestHeaders().getFirst(ACTION));
    if (action.endsWith(".GetQueueUrl")) {
      body =
          new String(body, StandardCharsets.UTF_8)
              .replace(queues.getAuthority(), endpoint().getAuthority())
              .getBytes(StandardCharsets.UTF_8);
    }
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!OWN_HEADERS.contains(name)) {
                exchange.getResponseHeaders().put(name, List.copyOf(values));
              }
            });
    exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    later.shutdownNow();
    server.stop(0);
    threads.shutdownNow();
    client.shutdownNow();
  }
}
