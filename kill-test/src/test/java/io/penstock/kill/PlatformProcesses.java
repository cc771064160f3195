package io.penstock.kill;

import io.penstock.kill.agent.KillPoint.Service;
import java.io.File;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The processes of one installation: either one JVM with everything, or one with the databases,
 * objects and queues and one for each service, from its executable jar. Used by one thread, but for
 * the end of this JVM, which ends all of them.
 */
final class PlatformProcesses implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(150);
  private static final List<String> JVM =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-Xshare:auto",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final Installation installation;
  private final Path logs;
  private final List<String> settings;
  private final Path checkout;
  private @Nullable HttpClient https;
  private final Map<Service, Process> services = new ConcurrentHashMap<>();
  private final Thread ending = new Thread(this::killEverything, "end of the kill test");
  private volatile @Nullable Process platform;

  /**
   * @param settings system properties for the services, as {@code name=value}
   * @param agent what the services are started with
   */
  PlatformProcesses(Installation installation, Path logs, List<String> settings, String agent) {
    this.installation = installation;
    this.logs = logs;
    this.checkout = Path.of(System.getProperty("kill.checkout", ".."));
    List<String> all = new ArrayList<>();
    all.add("-javaagent:" + agent);
    settings.forEach(setting -> all.add("-D" + setting));
    this.settings = List.copyOf(all);
    Runtime.getRuntime().addShutdownHook(ending);
  }

  /** Everything in one process. */
  void startWhole() throws Exception {
    platform = startPlatform(settings, "512m", List.of());
  }

  /** Databases, objects and queues; the services are started one by one. */
  void startInfrastructure() throws Exception {
    String all = String.join(",", Stream.of(Service.values()).map(Service::label).toList());
    platform = startPlatform(List.of(), "512m", List.of("--without", all));
  }

  /** All services, side by side. */
  void startServices() throws Exception {
    for (Service service : Service.values()) {
      launch(service);
    }
    for (Service service : Service.values()) {
      awaitReady(service);
    }
  }

  void start(Service service) throws Exception {
    launch(service);
    awaitReady(service);
  }

  /** The process in which the service runs. */
  Process processOf(Service service) {
    return Objects.requireNonNull(services.getOrDefault(service, platform));
  }

  /** Fails when somebody has ended whom nobody killed. */
  void requireAlive() {
    services.forEach((service, process) -> requireAlive(service.label(), process));
    Process whole = platform;
    if (whole != null) {
      requireAlive("platform", whole);
    }
  }

  private void requireAlive(String name, Process process) {
    if (!process.isAlive()) {
      throw new AssertionError(
          "%s ended by itself, with %d; see %s"
              .formatted(name, process.exitValue(), logs.resolve(name + ".log")));
    }
  }

  /** Trusts the installation, which has to have been started once. */
  HttpClient https() throws Exception {
    HttpClient known = https;
    if (known == null) {
      known = LocalTrust.client(installation.home());
      https = known;
    }
    return known;
  }

  void kill(Service service) throws InterruptedException {
    processOf(service).destroyForcibly().waitFor();
  }

  /** The one process; its databases live on without it. */
  void killWhole() throws InterruptedException {
    Objects.requireNonNull(platform).destroyForcibly().waitFor();
  }

  /** All at once, the databases and their children included. */
  void killEverything() {
    List<ProcessHandle> all = new ArrayList<>();
    services.values().forEach(process -> all.add(process.toHandle()));
    Process whole = platform;
    if (whole != null) {
      all.add(whole.toHandle());
    }
    Postmasters.of(installation)
        .forEach(
            server -> {
              all.add(server);
              server.descendants().forEach(all::add);
            });
    all.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle process : all) {
      CompletableFuture<?> exit = process.onExit();
      exit.orTimeout(20, TimeUnit.SECONDS).join();
    }
    services.clear();
    platform = null;
  }

  private Process startPlatform(List<String> flags, String heap, List<String> arguments)
      throws Exception {
    Path progress = Files.createDirectories(installation.home().resolve("run")).resolve("progress");
    Files.deleteIfExists(progress);
    List<String> command = new ArrayList<>(flags);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            "io.penstock.quickstart.Penstock",
            "run"));
    command.addAll(arguments);
    Process process = launch("platform", heap, command);
    await(
        "platform",
        process,
        () -> {
          try {
            return Files.exists(progress) && Files.readString(progress).contains("READY\n");
          } catch (IOException e) {
            return false;
          }
        });
    return process;
  }

  private void launch(Service service) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(settings);
    command.addAll(
        List.of(
            "-jar",
            extracted(service).toString(),
            "--spring.config.additional-location=file:"
                + installation.home().resolve("config").resolve(service.label() + ".properties")));
    services.put(service, launch(service.label(), "256m", command));
  }

  /**
   * The service's jar beside its libraries, as it is deployed: starts sooner than a jar of jars.
   */
  private Path extracted(Service service) throws IOException, InterruptedException {
    Path folder = logs.resolveSibling("services").resolve(service.label());
    Path executable = only(checkout.resolve(service.label()).resolve("target"), "-exec.jar");
    if (!Files.exists(folder)) {
      Process extraction =
          new ProcessBuilder(
                  java(),
                  "-Djarmode=tools",
                  "-jar",
                  executable.toString(),
                  "extract",
                  "--destination",
                  folder.toString())
              .redirectErrorStream(true)
              .redirectOutput(logs.resolve("extraction.log").toFile())
              .start();
      if (!extraction.waitFor(60, TimeUnit.SECONDS) || extraction.exitValue() != 0) {
        extraction.destroyForcibly();
        throw new IOException("Could not extract " + executable);
      }
    }
    return only(folder, ".jar");
  }

  private static Path only(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(ending))
          .findFirst()
          .orElseThrow(() -> new IOException("No *" + ending + " in " + folder));
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private Process launch(String name, String heap, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.add("-Xmx" + heap);
    command.addAll(JVM);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PENSTOCK_HOME", installation.home().toString());
    builder.redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(logs.resolve(name + ".log").toFile()));
    return builder.start();
  }

  private void awaitReady(Service service) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(installation.ready(service)).timeout(Duration.ofSeconds(3)).build();
    HttpClient client = https();
    await(
        service.label(),
        processOf(service),
        () -> {
          try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
          } catch (IOException e) {
            return false;
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private void await(String name, Process process, BooleanSupplier ready) throws Exception {
    Instant until = Instant.now().plus(START);
    while (!ready.getAsBoolean()) {
      if (!process.isAlive()) {
        throw new AssertionError(
            "%s ended with %d while it started; see %s"
                .formatted(name, process.exitValue(), logs.resolve(name + ".log")));
      }
      if (Instant.now().isAfter(until)) {
        throw new AssertionError(name + " was not ready within " + START);
      }
      TimeUnit.MILLISECONDS.sleep(50); // nothing tells when it is ready
    }
  }

  /** Ends them in order, those that do not end by force. */
  @Override
  public void close() {
    List<Process> all = new ArrayList<>(services.values());
    all.forEach(Process::destroy);
    all.forEach(PlatformProcesses::end);
    Process whole = platform;
    if (whole != null) {
      whole.destroy();
      end(whole);
    }
    killEverything();
    Runtime.getRuntime().removeShutdownHook(ending);
    HttpClient known = https;
    if (known != null) {
      known.shutdownNow();
    }
  }

  private static void end(Process process) {
    try {
      if (process.waitFor(30, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
