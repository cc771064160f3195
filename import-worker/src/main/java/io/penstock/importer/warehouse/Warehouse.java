package io.penstock.importer.warehouse;

import io.penstock.model.job.RoleCredential;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * Where the projects' databases are. Opens a connection for one job and keeps none. Thread-safe.
 *
 * @param host name or address of the server
 * @param port of the server
 * @param sslMode how pgjdbc uses TLS: {@code verify-full} on AWS, {@code disable} on loopback only
 */
public record Warehouse(String host, int port, String sslMode) {
  private static final Driver DRIVER = new Driver();

  /**
   * Logs in. Statements have no time limit of their own: a load may take hours, its job's deadline
   * ends it.
   *
   * @param purpose shown in {@code pg_stat_activity}
   */
  public Connection connect(String database, RoleCredential credential, String purpose)
      throws SQLException {
    Properties settings = new Properties();
    settings.setProperty("user", credential.role());
    settings.setProperty("password", credential.password());
    settings.setProperty("sslmode", sslMode);
    settings.setProperty("connectTimeout", "10");
    settings.setProperty("tcpKeepAlive", "true");
    settings.setProperty("ApplicationName", purpose);
    settings.setProperty("assumeMinServerVersion", "18");
    settings.setProperty(
        "options", "-c TimeZone=UTC -c standard_conforming_strings=on -c search_path=pg_catalog");
    Connection connection =
        DRIVER.connect("jdbc:postgresql://" + host + ":" + port + "/" + database, settings);
    if (connection == null) {
      throw new SQLException("The driver does not know the address", "08001");
    }
    return connection;
  }
}
