package io.penstock.kill;

import io.penstock.kill.agent.KillPoint.Service;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The processes of one installation: either one JVM with everything, or one with the databases,
 * objects and queues and one for each service, from its executable jar. Used by one thread, but for
 * the end of this JVM, which ends all of them.
 */
final class PlatformProcesses implements AutoCloseable {
  private final Installation installation;
  private final List<String> settings;
  private final Jvms jvms;
  private final ServiceJars jars;
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
    this.jvms = new Jvms(installation, logs);
    this.jars = ServiceJars.besides(logs);
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

  /** Everything in one process, but for this service. */
  void startWithout(Service service) throws Exception {
    platform = startPlatform(settings, "512m", List.of("--without", service.label()));
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
    services.forEach((service, process) -> jvms.requireAlive(service.label(), process));
    Process whole = platform;
    if (whole != null) {
      jvms.requireAlive("platform", whole);
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
    Process process = jvms.launch("platform", heap, command);
    jvms.await(
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
            jars.extracted(service).toString(),
            "--spring.config.additional-location=file:" + installation.settings(service)));
    services.put(service, jvms.launch(service.label(), "256m", command));
  }

  private void awaitReady(Service service) throws Exception {
    jvms.awaitReady(service.label(), processOf(service), installation.ready(service), https());
  }

  /** Ends them in order, those that do not end by force. */
  @Override
  public void close() {
    List<Process> all = new ArrayList<>(services.values());
    all.forEach(Process::destroy);
    all.forEach(Jvms::end);
    Process whole = platform;
    if (whole != null) {
      whole.destroy();
      Jvms.end(whole);
    }
    killEverything();
    Runtime.getRuntime().removeShutdownHook(ending);
    HttpClient known = https;
    if (known != null) {
      known.shutdownNow();
    }
  }
}
