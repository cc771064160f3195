package io.penstock.bench;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The platform in one process, without its worker, and the worker in another, on a folder and ports
 * of their own. Closing ends both. Not thread-safe.
 */
final class RunningSystem implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(4);
  private static final Pattern VARIABLE = Pattern.compile("([A-Z0-9_]+)='(.*)'");
  private static final List<String> PORTS =
      List.of("https", "http", "s3", "sqs", "metadata", "warehouse", "audit", "worker");

  private final Checkout checkout;
  private final Path home;
  private final Map<String, Integer> ports;
  private volatile @Nullable Process worker;
  private volatile boolean upBegun;
  private final AtomicBoolean closed = new AtomicBoolean();

  private RunningSystem(Checkout checkout, Path home, Map<String, Integer> ports) {
    this.checkout = checkout;
    this.home = home;
    this.ports = ports;
  }

  /**
   * Starts all; when a part fails, what had started is ended again.
   *
   * @param home an empty folder, or none
   */
  static RunningSystem start(Checkout checkout, Path home) throws Exception {
    Files.createDirectories(home.resolve("logs"));
    RunningSystem system = new RunningSystem(checkout, home, freePorts());
    // Ctrl-C too leaves nothing running.
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(system::close));
    try {
      system.up();
      return system;
    } catch (Exception e) {
      system.close();
      throw e;
    }
  }

  /**
   * The platform's last step at its first start is a project, and its database is made by the
   * worker: so the worker starts as soon as its settings are there.
   */
  private void up() throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("up", "--detach", "--without", "import-worker"));
    ports.forEach((name, port) -> arguments.addAll(List.of("--port", name + "=" + port)));
    Path told = log("up");
    Process up = begin(checkout.penstock(arguments.toArray(String[]::new)), told);
    upBegun = true;
    Path settings = home.resolve("config/import-worker.properties");
    long until = System.nanoTime() + START.toNanos();
    while (!up.waitFor(50, TimeUnit.MILLISECONDS)) {
      if (worker == null && Files.exists(settings)) {
        worker = begin(checkout.worker(settings), log("import-worker"));
      }
      Process begun = worker;
      boolean lost = begun != null && !begun.isAlive();
      if (lost || System.nanoTime() > until) {
        up.destroy();
        throw new IllegalStateException(
            (lost ? "The worker has ended" : "The platform was not ready in time")
                + "; more in the logs of "
                + home);
      }
    }
    if (up.exitValue() != 0 || worker == null) {
      throw new IllegalStateException(
          "The platform did not start: " + Files.readString(told, StandardCharsets.UTF_8));
    }
  }

  private Process begin(List<String> command, Path log) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PENSTOCK_HOME", home.toString());
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return builder.start();
  }

  private Path log(String name) {
    return home.resolve("logs").resolve(name + ".log");
  }

  /** The variables of {@code quickstart.env}. */
  Map<String, String> variables() throws IOException {
    Map<String, String> variables = new HashMap<>();
    for (String line : Files.readAllLines(home.resolve("quickstart.env"), StandardCharsets.UTF_8)) {
      Matcher assignment = VARIABLE.matcher(line);
      if (assignment.matches()) {
        variables.put(assignment.group(1), assignment.group(2));
      }
    }
    return variables;
  }

  /** The settings of storage-api, its secrets included. */
  Properties storageApi() throws IOException {
    Properties settings = new Properties();
    try (Reader file =
        Files.newBufferedReader(
            home.resolve("config/storage-api.properties"), StandardCharsets.UTF_8)) {
      settings.load(file);
    }
    return settings;
  }

  int warehousePort() {
    return ports.getOrDefault("warehouse", 0);
  }

  String superuserPassword() throws IOException {
    return password("warehouse");
  }

  /** Counts the records in the metadata database, as its superuser. */
  CallRecordCount records() throws IOException {
    return new CallRecordCount(ports.getOrDefault("metadata", 0), password("metadata"));
  }

  private String password(String server) throws IOException {
    return Files.readString(home.resolve(server + "/postgres.password"), StandardCharsets.UTF_8)
        .strip();
  }

  long workerPid() {
    Process running = worker;
    if (running == null || !running.isAlive()) {
      throw new IllegalStateException("The worker is not running; more in the logs of " + home);
    }
    return running.pid();
  }

  long platformPid() throws IOException {
    return firstNumber(home.resolve("run/penstock.pid"));
  }

  /** Whose CPU time is counted as what. */
  CpuTimes.Parts parts() throws IOException {
    Map<String, Long> processes = new LinkedHashMap<>();
    processes.put("client", ProcessHandle.current().pid());
    processes.put("worker", workerPid());
    processes.put("platform", platformPid());
    processes.put("warehouse", firstNumber(home.resolve("warehouse/data/postmaster.pid")));
    processes.put("metadata", firstNumber(home.resolve("metadata/data/postmaster.pid")));
    return new CpuTimes.Parts(processes, Set.of("platform"));
  }

  private static long firstNumber(Path file) throws IOException {
    return Long.parseLong(
        Files.readString(file, StandardCharsets.UTF_8).strip().split("\\s", 2)[0]);
  }

  private static Map<String, Integer> freePorts() throws IOException {
    Map<String, Integer> free = new LinkedHashMap<>();
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (String name : PORTS) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket); // until all are chosen: no port twice
        free.put(name, socket.getLocalPort());
      }
      return free;
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      Process running = worker;
      if (running != null) {
        end(running, Duration.ofSeconds(40));
      }
      if (upBegun) {
        end(begin(checkout.penstock("down"), log("up")), null);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * @param grace after which a process is told to end that may run on; null: it ends by itself
   */
  private static void end(Process process, @Nullable Duration grace) throws InterruptedException {
    if (grace != null) {
      process.destroy();
    }
    long seconds = grace == null ? 90 : grace.toSeconds();
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
