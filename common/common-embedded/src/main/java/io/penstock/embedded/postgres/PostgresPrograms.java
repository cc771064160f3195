package io.penstock.embedded.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Starts {@code initdb}, {@code postgres} and {@code pg_ctl} with an environment of our own.
 * PostgreSQL refuses to run as root; for root each program is put into a user name space in which
 * its user is nobody ({@code unshare --user}), while its files stay root's. {@code unshare}
 * replaces itself by the program, so that the process id is the program's.
 *
 * @param home what {@link PostgresBinaries} unpacked
 */
record PostgresPrograms(Path home) {
  private static final long LIMIT_SECONDS = 120;

  /** A program's end: what it printed is for a person. */
  record Ended(int status, String output) {}

  ProcessBuilder builder(String program, List<String> arguments) {
    var command = new ArrayList<String>();
    if (isRoot()) {
      command.add("unshare");
      command.add("--user");
    }
    command.add(home.resolve("bin").resolve(program).toString());
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true);
    var path = Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin");
    builder.environment().clear(); // a PGDATA or PGOPTIONS of the user must not reach it
    builder.environment().put("PATH", path);
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("TZ", "UTC");
    return builder;
  }

  /**
   * Runs a program to its end.
   *
   * @throws IllegalStateException when it takes longer than two minutes
   */
  Ended run(String program, String... arguments) {
    try {
      Path printed = Files.createTempFile("penstock-" + program, ".log");
      try {
        var process =
            builder(program, Arrays.asList(arguments)).redirectOutput(printed.toFile()).start();
        process.getOutputStream().close();
        if (!Waiting.patiently(() -> process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))) {
          process.destroyForcibly();
          throw new IllegalStateException(
              "%s took longer than %d seconds".formatted(program, LIMIT_SECONDS));
        }
        return new Ended(
            process.exitValue(), explain(Files.readString(printed, StandardCharsets.UTF_8)));
      } finally {
        Files.delete(printed);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot run %s of PostgreSQL".formatted(program), e);
    }
  }

  /**
   * Sends a signal. The caller has made sure that the process is ours.
   *
   * @param signal {@code INT}: fast shutdown; {@code QUIT}: immediate shutdown, see PostgreSQL's
   *     manual, "Shutting Down the Server"
   */
  void signal(String signal, long pid) {
    run("pg_ctl", "kill", signal, Long.toString(pid));
  }

  /** Adds what a person has to do to what the programs say. */
  static String explain(String output) {
    String text = output.strip();
    return text.contains("unshare")
        ? text
            + "\nPostgreSQL does not run as root, and this machine does not let root make a user name space: run Penstock"
            + " as an ordinary user"
        : text;
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot see as whom this process runs", e);
    }
  }
}
