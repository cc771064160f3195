package io.penstock.embedded.postgres;

import io.penstock.aws.keys.PrivateDirectory;
import io.penstock.embedded.LoopbackPort;
import io.penstock.embedded.PortInUseException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that accepts connections.
 *
 * @param process the postmaster, our child
 * @param port on 127.0.0.1
 */
record ServerProcess(Process process, int port) {
  /** Recovery after a crash reads at most some {@code max_wal_size}. */
  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);

  /** ResetUnloggedRelations() of PostgreSQL's reinit.c, at the end of recovery. */
  private static final Pattern UNLOGGED_LEFT_BEHIND =
      Pattern.compile("FATAL: +could not create file \"[^\"]+\": File exists");

  private static final int PORT_ATTEMPTS = 3;
  private static final long LOG_LIMIT_BYTES = 10L << 20;
  private static final int LOG_TAIL_BYTES = 2048;

  /**
   * A free port may be taken before PostgreSQL has it: then another one is tried. Recovery that
   * meets the main fork of an unlogged table whose abort the crash has swallowed fails once and is
   * through the second time (PostgreSQL's bug 17731); who makes such a table in the warehouse is
   * not ours to say, so it is begun again.
   */
  static ServerProcess start(
      PostgresSettings settings, PrivateDirectory state, PostgresPrograms programs, Path data) {
    boolean recoveredAgain = false;
    for (int attempt = 1; ; attempt++) {
      int port = LoopbackPort.available(settings.port(), settings.name());
      var process = launch(settings, state, programs, data, port);
      if (becomesReady(process, data)) {
        return new ServerProcess(process, port);
      }
      if (process.isAlive()) {
        Leftover.end(process.toHandle(), programs);
        throw new IllegalStateException(
            "PostgreSQL is not ready after %s: see %s".formatted(START_LIMIT, log(state)));
      }
      String said = PostgresPrograms.explain(tail(log(state)));
      if (!recoveredAgain && UNLOGGED_LEFT_BEHIND.matcher(said).find()) {
        recoveredAgain = true;
        LOG.warn(
            "The crash recovery of {} met what an unlogged table has left: beginning it again",
            settings.name());
        continue;
      }
      if (!said.contains("Address already in use")) {
        throw new IllegalStateException("PostgreSQL does not start: " + said);
      }
      if (settings.port() != 0 || attempt == PORT_ATTEMPTS) {
        throw new PortInUseException(port, settings.name());
      }
    }
  }

  private static Process launch(
      PostgresSettings settings,
      PrivateDirectory state,
      PostgresPrograms programs,
      Path data,
      int port) {
    var arguments = new ArrayList<>(List.of("-D", data.toString()));
    var parameters = new LinkedHashMap<>(parameters());
    parameters.putAll(settings.parameters());
    parameters.put("listen_addresses", "127.0.0.1");
    parameters.put("unix_socket_directories", "");
    parameters.put("port", Integer.toString(port));
    parameters.forEach((name, value) -> arguments.addAll(List.of("-c", name + "=" + value)));
    Path log = log(state);
    try {
      if (Files.exists(log) && Files.size(log) > LOG_LIMIT_BYTES) {
        Files.move(log, log.resolveSibling("server.log.1"), StandardCopyOption.REPLACE_EXISTING);
      }
      var process =
          programs
              .builder("postgres", arguments)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start PostgreSQL", e);
    }
  }

  /** False when the process has ended, or has not become ready in time. */
  private static boolean becomesReady(Process process, Path data) {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      var file = PostmasterFile.read(data);
      if (file.isPresent() && file.get().pid() == process.pid() && file.get().ready()) {
        return true;
      }
      if (Waiting.patiently(() -> process.waitFor(10, TimeUnit.MILLISECONDS))) {
        return false;
      }
    }
    return false;
  }

  /**
   * What every server gets. There is no replica and no archive: with {@code wal_level=minimal} a
   * COPY into a table made in the same transaction writes the rows once and not twice (PostgreSQL's
   * manual, "Populating a Database", 14.4.7). Statements that fail are the caller's to hear of; the
   * log would keep values of customers.
   */
  private static Map<String, String> parameters() {
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("fsync", "on");
    parameters.put("full_page_writes", "on");
    parameters.put("synchronous_commit", "on");
    parameters.put("password_encryption", "scram-sha-256");
    parameters.put("max_connections", "100");
    parameters.put("reserved_connections", "20"); // not for users of workspaces
    parameters.put("shared_buffers", "256MB");
    parameters.put("maintenance_work_mem", "128MB");
    parameters.put("max_wal_size", "4GB");
    parameters.put("wal_level", "minimal");
    parameters.put("max_wal_senders", "0");
    parameters.put("wal_compression", "on");
    parameters.put("jit", "off");
    parameters.put("timezone", "UTC");
    parameters.put("log_timezone", "UTC");
    parameters.put("log_checkpoints", "off");
    parameters.put("log_autovacuum_min_duration", "-1");
    parameters.put("log_error_verbosity", "terse");
    parameters.put("log_min_messages", "log");
    parameters.put("log_min_error_statement", "panic");
    return parameters;
  }

  private static Path log(PrivateDirectory state) {
    return state.path("server.log");
  }

  private static String tail(Path log) {
    try (var file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] end = new byte[(int) Math.min(LOG_TAIL_BYTES, file.length())];
      file.seek(file.length() - end.length);
      file.readFully(end);
      return new String(end, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "see " + log;
    }
  }
}
