package io.penstock.kill;

import io.penstock.kill.agent.ControlFolder;
import io.penstock.kill.agent.KillPoint.Service;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of several audit-services on the same bucket and the same queues, with an index and ids of
 * its own.
 */
final class AuditInstance implements Victim, AutoCloseable {
  private final Jvms jvms;
  private final Path jar;
  private final ClassArchive archive;
  private final String name;
  private final int port;
  private final List<String> settings;
  private final ControlFolder control;
  private final HttpClient https;
  private final Thread ending;
  private volatile @Nullable Process process;

  /**
   * Not started yet.
   *
   * @param settings system properties, as {@code name=value}
   */
  AuditInstance(
      Jvms jvms,
      Path jar,
      ClassArchive archive,
      String name,
      int port,
      List<String> settings,
      ControlFolder control,
      HttpClient https) {
    this.jvms = jvms;
    this.jar = jar;
    this.archive = archive;
    this.name = name;
    this.port = port;
    this.settings = settings;
    this.control = control;
    this.https = https;
    this.ending = new Thread(this::kill, "end of " + name);
    Runtime.getRuntime().addShutdownHook(ending);
  }

  URI address() {
    return URI.create("https://127.0.0.1:" + port);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ControlFolder control() {
    return control;
  }

  @Override
  public Process process() {
    return Objects.requireNonNull(process);
  }

  @Override
  public void start() throws Exception {
    launch();
    awaitReady();
  }

  void launch() throws IOException {
    Path home = jvms.installation().home();
    List<String> command = new ArrayList<>();
    command.add(archive.flag());
    command.add("-javaagent:" + System.getProperty("kill.agent") + "=" + control.folder());
    settings.forEach(setting -> command.add("-D" + setting));
    command.addAll(
        List.of(
            "-jar",
            jar.toString(),
            "--spring.config.additional-location=file:"
                + jvms.installation().settings(Service.AUDIT_SERVICE),
            "--server.port=" + port,
            "--penstock.audit.index-directory=" + home.resolve(name + "-index"),
            "--penstock.audit.ids-directory=" + home.resolve(name + "-ids")));
    process = jvms.launch(name, "256m", command);
  }

  /** It is ready when it receives, and finds that no trail and its log contradict each other. */
  void awaitReady() throws Exception {
    jvms.awaitReady(name, process(), address().resolve("/health/ready"), https);
  }

  private void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
    }
  }

  /** Ends it in order. */
  @Override
  public void close() {
    Process running = process;
    if (running != null) {
      running.destroy();
      Jvms.end(running);
    }
    Runtime.getRuntime().removeShutdownHook(ending);
  }
}
