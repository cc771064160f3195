package io.penstock.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The yardstick: {@code psql} over TCP to the warehouse's server, as its superuser. Nothing stands
 * in for it where it is missing.
 */
final class Psql {
  private static final File NOWHERE = new File("/dev/null");
  private static final long LIMIT_MINUTES = 60;

  private final int port;
  private final String password;
  private final Path errors;

  /**
   * @param errors file for what the programs complain of
   */
  Psql(int port, String password, Path errors) {
    this.port = port;
    this.password = password;
    this.errors = errors;
  }

  /** What {@code psql --version} says; fails with the next step when there is none. */
  static String version() throws IOException, InterruptedException {
    try {
      Process asked = new ProcessBuilder("psql", "--version").redirectErrorStream(true).start();
      String version = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (asked.waitFor() == 0) {
        return version.strip();
      }
      throw new IllegalStateException("psql does not run: " + version.strip());
    } catch (IOException e) {
      throw new IllegalStateException(
          "psql is not in PATH, and nothing can stand in for the yardstick: install it"
              + " (Debian, Ubuntu: apt-get install postgresql-client; Fedora: dnf install postgresql)",
          e);
    }
  }

  /** {@code psql -c … -c …} in one session; every statement that fails ends it. */
  void run(String database, List<String> commands) throws IOException, InterruptedException {
    await(List.of(started(database, commands)));
  }

  /** Several sessions at the same time. */
  void runTogether(String database, List<List<String>> sessions)
      throws IOException, InterruptedException {
    List<Process> running = new ArrayList<>();
    for (List<String> commands : sessions) {
      running.add(started(database, commands));
    }
    await(running);
  }

  /** {@code program | psql -c …}. */
  void feed(List<String> program, String database, String command)
      throws IOException, InterruptedException {
    ProcessBuilder source = quiet(new ProcessBuilder(program));
    source.redirectInput(ProcessBuilder.Redirect.from(NOWHERE));
    ProcessBuilder psql = builder(database, List.of(command));
    psql.redirectOutput(NOWHERE);
    await(ProcessBuilder.startPipeline(List.of(source, psql)));
  }

  /** {@code psql -c … | program > /dev/null}. */
  void drain(String database, String command, List<String> program)
      throws IOException, InterruptedException {
    ProcessBuilder psql = builder(database, List.of(command));
    psql.redirectInput(ProcessBuilder.Redirect.from(NOWHERE));
    ProcessBuilder sink = quiet(new ProcessBuilder(program));
    sink.redirectOutput(NOWHERE);
    await(ProcessBuilder.startPipeline(List.of(psql, sink)));
  }

  /** A name inside {@code \copy … from '…'}. */
  static String quoted(Path file) {
    return "'" + file.toString().replace("'", "''") + "'";
  }

  private Process started(String database, List<String> commands) throws IOException {
    ProcessBuilder psql = builder(database, commands);
    psql.redirectInput(ProcessBuilder.Redirect.from(NOWHERE));
    psql.redirectOutput(NOWHERE);
    return psql.start();
  }

  private ProcessBuilder builder(String database, List<String> commands) {
    List<String> arguments =
        new ArrayList<>(List.of("psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"));
    commands.forEach(command -> arguments.addAll(List.of("--command", command)));
    ProcessBuilder builder = quiet(new ProcessBuilder(arguments));
    var environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PG"));
    environment.put("PGHOST", "127.0.0.1");
    environment.put("PGPORT", Integer.toString(port));
    environment.put("PGUSER", "postgres");
    environment.put("PGPASSWORD", password);
    environment.put("PGDATABASE", database);
    environment.put("PGSSLMODE", "disable");
    environment.put("PGCLIENTENCODING", "UTF8");
    return builder;
  }

  private ProcessBuilder quiet(ProcessBuilder builder) {
    return builder.redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
  }

  private void await(List<Process> running) throws IOException, InterruptedException {
    boolean well = true;
    for (Process process : running) {
      if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        running.forEach(Process::destroy);
        throw new IllegalStateException("psql took more than %d minutes".formatted(LIMIT_MINUTES));
      }
      well &= process.exitValue() == 0;
    }
    if (!well) {
      throw new IllegalStateException(
          "The yardstick failed: " + Files.readString(errors, StandardCharsets.UTF_8).strip());
    }
  }
}
