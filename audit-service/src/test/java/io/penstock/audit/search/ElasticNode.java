package io.penstock.audit.search;

import static org.junit.jupiter.api.Assumptions.abort;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.Jackson3JsonpMapper;
import co.elastic.clients.transport.rest5_client.Rest5ClientTransport;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import io.penstock.model.Json;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * A real Elasticsearch in a JVM of its own, one for all tests; it ends with them. Where its jars
 * are not ({@code elasticsearch-node} brings them) tests that ask for it are skipped and say so, or
 * fail with {@code -Dservices.required=true}.
 */
public final class ElasticNode {
  private static final Path LIBRARY = Path.of("elasticsearch-node/target/lib");
  private static final Path SOURCES = Path.of("src/test/elasticsearch");
  private static final long LONGEST_START_SECONDS = 120;
  private static @Nullable ElasticNode shared;
  private static @Nullable String impossible;

  private final Path home;
  private final Path classes;
  private final ElasticsearchClient client;
  private Process process;
  private int port;

  private ElasticNode(Path home) throws IOException, InterruptedException {
    this.home = home;
    this.classes = home.resolve("classes");
    compile();
    process = start(0);
    client =
        new ElasticsearchClient(
            new Rest5ClientTransport(
                Rest5Client.builder(uri()).build(), new Jackson3JsonpMapper(Json.mapper())));
  }

  public static synchronized ElasticNode shared() {
    if (shared == null && impossible == null) {
      try {
        Path target = Path.of("target").toAbsolutePath();
        Files.createDirectories(target);
        shared = new ElasticNode(Files.createTempDirectory(target, "elasticsearch"));
      } catch (IOException | InterruptedException e) {
        impossible = String.valueOf(e.getMessage()).lines().findFirst().orElse("?");
      }
    }
    if (shared == null) {
      String text = "No Elasticsearch can be started here: " + impossible;
      if (Boolean.getBoolean("services.required")) {
        throw new IllegalStateException(text);
      }
      abort(text);
    }
    return Objects.requireNonNull(shared);
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  ElasticsearchClient client() {
    return client;
  }

  /** As a power failure would. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** With the same data, at the same address. */
  void startAgain() throws IOException, InterruptedException {
    process = start(port);
  }

  private void compile() throws IOException {
    if (!Files.isDirectory(LIBRARY)) {
      throw new IOException("there is no " + LIBRARY.toAbsolutePath());
    }
    List<String> arguments =
        new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", jars()));
    try (var files = Files.walk(SOURCES)) {
      files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, said, said, arguments.toArray(String[]::new));
    if (result != 0) {
      throw new IOException(said.toString(StandardCharsets.UTF_8));
    }
  }

  private static String jars() throws IOException {
    try (var files = Files.list(LIBRARY)) {
      return files.map(Path::toString).sorted().collect(Collectors.joining(":"));
    }
  }

  private Process start(int wanted) throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms384m",
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            classes + ":" + LIBRARY.toAbsolutePath() + "/*",
            "org.elasticsearch.node.TestNode",
            home.toString(),
            Integer.toString(wanted));
    Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
    Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
    CompletableFuture<Integer> ready = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> follow(started, ready));
    try {
      port = ready.get(LONGEST_START_SECONDS, TimeUnit.SECONDS);
      return started;
    } catch (ExecutionException | TimeoutException e) {
      started.destroyForcibly();
      throw new IOException("It does not start, see " + log(), e);
    }
  }

  private Path log() {
    return home.resolve("node.log");
  }

  private void follow(Process started, CompletableFuture<Integer> ready) {
    try (BufferedReader lines = started.inputReader();
        PrintWriter log = new PrintWriter(Files.newBufferedWriter(log()), true)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.println(line);
        if (line.startsWith("ready ")) {
          boolean _ = ready.complete(Integer.valueOf(line.substring("ready ".length())));
        }
      }
      boolean _ = ready.completeExceptionally(new IOException("It ended"));
    } catch (IOException e) {
      boolean _ = ready.completeExceptionally(e);
    }
  }
}
