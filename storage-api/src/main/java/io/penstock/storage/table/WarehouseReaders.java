package io.penstock.storage.table;

import io.penstock.aws.Keyring;
import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.job.RoleCredential;
import io.penstock.storage.access.ProjectPlaces;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Connections that read one project's database with its reader role. There is no pool a project:
 * over all of them a bounded number is open, and of the idle ones the least recently used is
 * closed. Every wait has an end. Thread-safe.
 */
@Component
class WarehouseReaders implements DisposableBean {
  private static final Driver DRIVER = new Driver();
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Longest answer that the driver reads, so that one cell cannot fill the memory. */
  private static final String MAX_RESULT = "48M";

  private final WarehouseProperties properties;
  private final JdbcClient metadata;
  private final Keyring keyring;
  private final ProjectPlaces open;
  private final IdleConnections idle;

  WarehouseReaders(WarehouseProperties properties, JdbcClient metadata, Keyring keyring) {
    this.properties = properties;
    this.metadata = metadata;
    this.keyring = keyring;
    this.open = new ProjectPlaces("previews", properties.maxOpen());
    this.idle = new IdleConnections(properties.maxIdle());
  }

  /** What is done with a connection, inside one read-only transaction. */
  @FunctionalInterface
  interface Reading<T> {
    T read(Connection connection) throws SQLException;
  }

  /**
   * Reads from the project's database.
   *
   * @throws PlatformException {@code UNAVAILABLE} when the warehouse is away or too busy; {@code
   *     TABLE_VALIDATION} when the reading takes too long or is too large
   */
  <T> T read(long projectId, Reading<T> reading) {
    try (var _ = open.take(projectId, PATIENCE)) {
      @Nullable Connection kept = idle.take(projectId);
      Connection connection =
          kept == null ? connect(projectId, properties.readTimeout(), "penstock-preview") : kept;
      boolean sound = false;
      try {
        T result = reading.read(connection);
        connection.rollback();
        sound = true;
        return result;
      } finally {
        if (sound) {
          idle.keep(projectId, connection);
        } else {
          IdleConnections.close(connection);
        }
      }
    } catch (SQLException e) {
      throw failed(e, properties.readTimeout());
    }
  }

  /**
   * A connection of one's own, beside those of the previews; the caller's to close. It begins
   * transactions that see one state of the database.
   */
  Connection open(long projectId, Duration timeout, String name) throws SQLException {
    Connection connection = connect(projectId, timeout, name);
    try {
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      return connection;
    } catch (SQLException e) {
      IdleConnections.close(connection);
      throw e;
    }
  }

  static PlatformException failed(SQLException e, Duration longest) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    if (state.equals("57014")) {
      return new PlatformException(
          ErrorCode.TABLE_VALIDATION,
          "Reading takes longer than %d seconds: filter by fewer columns, or use export-async"
              .formatted(longest.toSeconds()),
          e);
    }
    if (String.valueOf(e.getMessage()).contains("maxResultBuffer")) {
      return tooLarge();
    }
    return state.startsWith("08") || state.startsWith("53") || state.startsWith("57")
        ? new PlatformException(
            ErrorCode.UNAVAILABLE, "The warehouse cannot be reached right now; try again", e)
        : new PlatformException(ErrorCode.INTERNAL, "The reading failed on our side", e);
  }

  static PlatformException tooLarge() {
    return new PlatformException(
        ErrorCode.TABLE_VALIDATION,
        "The preview is too large: ask for fewer rows or columns, or export the table");
  }

  private Connection connect(long projectId, Duration timeout, String name) throws SQLException {
    RoleCredential credential = credential(projectId);
    Properties settings = new Properties();
    settings.setProperty("user", credential.role());
    settings.setProperty("password", credential.password());
    settings.setProperty("sslmode", properties.sslMode());
    settings.setProperty("connectTimeout", "5");
    settings.setProperty("loginTimeout", "8");
    settings.setProperty("socketTimeout", Long.toString(timeout.plusSeconds(5).toSeconds()));
    settings.setProperty("tcpKeepAlive", "true");
    settings.setProperty("readOnly", "true");
    settings.setProperty("maxResultBuffer", MAX_RESULT);
    settings.setProperty("defaultRowFetchSize", "50");
    settings.setProperty("ApplicationName", name);
    settings.setProperty(
        "options",
        "-c statement_timeout=%d -c default_transaction_read_only=on -c idle_in_transaction_session_timeout=60s -c TimeZone=UTC -c standard_conforming_strings=on -c search_path=pg_catalog"
            .formatted(timeout.toMillis()));
    Connection connection =
        DRIVER.connect(
            "jdbc:postgresql://%s:%d/%d".formatted(properties.host(), properties.port(), projectId),
            settings);
    if (connection == null) {
      throw new SQLException("The driver does not know the address", "08001");
    }
    connection.setAutoCommit(false);
    return connection;
  }

  private RoleCredential credential(long projectId) {
    byte[] sealed =
        metadata
            .sql("SELECT sealed_reader FROM project WHERE id = :id")
            .param("id", projectId)
            .query(byte[].class)
            .single();
    try {
      byte[] opened =
          keyring.open(
              projectId,
              sealed,
              ("project:" + projectId + ":reader").getBytes(StandardCharsets.UTF_8));
      return Json.read(new String(opened, StandardCharsets.UTF_8), RoleCredential.class);
    } catch (GeneralSecurityException e) {
      throw new PlatformException(ErrorCode.INTERNAL, "The preview failed on our side", e);
    }
  }

  @Override
  public void destroy() {
    idle.closeAll();
  }
}
