package io.penstock.quickstart;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts the platform. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Starts the platform: in the foreground, or with --detach in the background.")
final class UpCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-d", "--detach"},
      description = "Return when every service is ready, and leave the platform running.")
  private boolean detach;

  @Mixin private PortOptions options = new PortOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = Penstock.home();
    PrintWriter out = spec.commandLine().getOut();
    Optional<ProcessHandle> running = RunningPlatform.find(home);
    if (running.isPresent()) {
      out.printf("Penstock is running already (process %d).%n", running.get().pid());
      printWhere(home, out);
      return 0;
    }
    if (detach) {
      return start(home, options, out) ? 0 : 1;
    }
    return RunCommand.run(
        home,
        options,
        line -> {
          if (line.equals(RunCommand.READY)) {
            tellReady(home, out);
          } else {
            out.println(line);
          }
        });
  }

  private static void tellReady(Home home, PrintWriter out) {
    try {
      printWhere(home, out);
      out.println("Ctrl-C ends it.");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * Starts a process that goes on when this one has ended; returns when all is ready, or something
   * failed.
   */
  static boolean start(Home home, PortOptions options, PrintWriter out)
      throws IOException, InterruptedException {
    options.ports(home);
    Path progress = home.folder("run").resolve("progress");
    Files.deleteIfExists(progress);
    Files.createDirectories(home.log().getParent());
    ProcessBuilder builder = new ProcessBuilder(command(options));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.to(home.output().toFile()));
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().put("PENSTOCK_HOME", home.root().toString());
    Process child = builder.start();
    return follow(home, child, progress, out);
  }

  private static List<String> command(PortOptions options) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      command.add("/usr/bin/setsid"); // a terminal's hang-up or Ctrl-C is not for it
    }
    command.add(java);
    command.addAll(List.of(System.getProperty("penstock.jvm", "-Xmx1g").split(" ")));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Penstock.class.getName(), "run"));
    command.addAll(options.forChild());
    return command;
  }

  private static boolean follow(Home home, Process child, Path progress, PrintWriter out)
      throws IOException, InterruptedException {
    Instant until = Instant.now().plus(PATIENCE);
    int told = 0;
    while (Instant.now().isBefore(until)) {
      boolean alive = child.isAlive();
      List<String> lines =
          Files.exists(progress) ? Files.readAllLines(progress, StandardCharsets.UTF_8) : List.of();
      for (String line : lines.subList(Math.min(told, lines.size()), lines.size())) {
        if (line.equals(RunCommand.READY)) {
          printWhere(home, out);
          return true;
        }
        out.println(
            line.startsWith(RunCommand.FAILED)
                ? "error: " + line.substring(RunCommand.FAILED.length())
                : "  " + line);
        out.flush();
      }
      told = lines.size();
      if (!alive) {
        out.printf(
            "The platform did not start (exit code %d); more in %s and %s%n",
            child.exitValue(), home.log(), home.output());
        return false;
      }
      Thread.sleep(50); // a file is watched here, there is nothing to wait on
    }
    out.printf(
        "The platform was not ready within %d minutes; more in %s%n",
        PATIENCE.toMinutes(), home.log());
    RunningPlatform.stop(child.toHandle(), Duration.ofSeconds(30));
    return false;
  }

  /** Tells where everything is, without showing a secret. */
  static void printWhere(Home home, PrintWriter out) throws IOException {
    var variables = QuickstartEnvironment.read(home);
    out.printf(
        """
        Penstock is ready.
          Storage API   %s/v2/storage
          in clear      %s/v2/storage   (loopback only)
          S3            %s
          CA            %s
          for scripts   %s   (URLs and tokens; mode 0600)
        """,
        variables.get("STORAGE_API_URL"),
        variables.get("STORAGE_API_HTTP_URL"),
        variables.get("AWS_ENDPOINT_URL_S3"),
        variables.get("PENSTOCK_CA"),
        home.environmentFile());
    out.flush();
  }
}
