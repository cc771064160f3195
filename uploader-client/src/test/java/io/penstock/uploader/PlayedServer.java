package io.penstock.uploader;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A small HTTP server on the loopback that plays the Storage API and an S3-like store over real
 * sockets: it keeps buckets, tables and objects, remembers every call, and fails on request.
 */
public final class PlayedServer implements AutoCloseable {
  public static final String TOKEN = "12-44-topsecrettopsecrettopsecret";

  /**
   * One call as it arrived; header names in lower case; the body is empty for the store's calls.
   */
  record Seen(String call, String query, Map<String, String> headers, String body) {
    JsonNode json() {
      return Answer.JSON.readTree(body);
    }

    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
  }

  /** Answers in the place of the server. */
  @FunctionalInterface
  public interface Fault {
    void answer(PlayedExchange call) throws IOException;
  }

  private record PlannedFault(String call, Fault fault) {}

  /** The call has its effect, and another answer. */
  private record Served(Fault answer) implements Fault {
    @Override
    public void answer(PlayedExchange call) throws IOException {
      answer.answer(call);
    }
  }

  final List<Seen> seen = new CopyOnWriteArrayList<>();
  final PlayedObjects objects;
  final PlayedApi api;
  private final List<PlannedFault> faults = new ArrayList<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final String scheme;
  private volatile int brokenPart;
  private final AtomicInteger brokenTimes = new AtomicInteger();

  public PlayedServer(Path folder) {
    this(plain(), "http", folder);
  }

  /** The API alone, before another store. */
  PlayedServer(PlayedStore store, Path folder) {
    this(plain(), "http", folder, store);
  }

  PlayedServer(HttpServer server, String scheme, Path folder) {
    this(server, scheme, folder, null);
  }

  private PlayedServer(HttpServer server, String scheme, Path folder, @Nullable PlayedStore store) {
    this.server = server;
    this.scheme = scheme;
    this.objects = new PlayedObjects(folder);
    this.api = new PlayedApi(store == null ? objects : store, uri());
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static HttpServer plain() {
    try {
      return HttpServer.create(anyPort(), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI uri() {
    return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The state behind the API. */
  public PlayedApi api() {
    return api;
  }

  /** Answers the next call that begins so by a fault instead; several are used up in order. */
  public void failNext(String call, Fault fault) {
    synchronized (faults) {
      faults.add(new PlannedFault(call, fault));
    }
  }

  /** Serves the next call that begins so, but answers by a fault. */
  void afterNext(String call, Fault fault) {
    synchronized (faults) {
      faults.add(new PlannedFault(call, new Served(fault)));
    }
  }

  /** Breaks the connection off at this part of an object, so many times. */
  void failNextPart(int number, int times) {
    brokenPart = number;
    brokenTimes.set(times);
  }

  /** No fault is planned any more. */
  void mend() {
    synchronized (faults) {
      faults.clear();
    }
  }

  private boolean isBroken(PlayedExchange call) {
    return call.parameter("partNumber").equals(Integer.toString(brokenPart))
        && brokenTimes.getAndDecrement() > 0;
  }

  /** Calls that begin so, in the order of their arrival. */
  List<Seen> seen(String call) {
    return seen.stream().filter(one -> one.call().startsWith(call)).toList();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    threads.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    PlayedExchange call = PlayedExchange.of(exchange);
    boolean forApi = call.call().contains(" /v2/storage/");
    Map<String, String> headers = new ConcurrentHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    Seen arrived = new Seen(call.call(), call.query(), headers, forApi ? call.text() : "");
    seen.add(arrived);
    Fault fault = plannedFor(call.call());
    if (fault instanceof Served served) {
      serve(call.unheard(), arrived, forApi);
      served.answer(call);
    } else if (fault != null) {
      fault.answer(call);
    } else if (isBroken(call)) {
      call.drop();
    } else {
      serve(call, arrived, forApi);
    }
  }

  private void serve(PlayedExchange call, Seen arrived, boolean forApi) throws IOException {
    if (call.call().startsWith("GET /presigned/")) {
      api.manifest(call);
    } else if (forApi) {
      api.answer(call, arrived);
    } else {
      objects.handle(call);
    }
  }

  private @Nullable Fault plannedFor(String call) {
    synchronized (faults) {
      for (PlannedFault planned : faults) {
        if (call.startsWith(planned.call())) {
          faults.remove(planned);
          return planned.fault();
        }
      }
      return null;
    }
  }
}
