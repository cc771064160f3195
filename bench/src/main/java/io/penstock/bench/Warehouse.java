package io.penstock.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The warehouse's server, seen by its superuser: for setting up and for looking afterwards, never
 * while something is timed. Beside the project's database it holds the scratch database {@value
 * #SCRATCH}, where {@code psql} works.
 */
final class Warehouse {
  static final String SCRATCH = "bench";

  private static final List<String> SETTINGS =
      List.of(
          "shared_buffers",
          "work_mem",
          "maintenance_work_mem",
          "max_wal_size",
          "wal_level",
          "wal_compression",
          "fsync",
          "synchronous_commit",
          "full_page_writes",
          "data_checksums",
          "autovacuum",
          "jit",
          "max_parallel_workers",
          "server_encoding");

  private final int port;
  private final String password;
  private final String project;

  /**
   * @param project name of the project's database
   */
  Warehouse(int port, String password, String project) {
    this.port = port;
    this.password = password;
    this.project = project;
  }

  void createScratch() throws SQLException {
    execute("postgres", "CREATE DATABASE " + SCRATCH);
  }

  String project() {
    return project;
  }

  void checkpoint() throws SQLException {
    execute("postgres", "CHECKPOINT");
  }

  boolean isVacuuming() throws SQLException {
    return !value(
            "postgres",
            "SELECT count(*)::text FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'")
        .equals("0");
  }

  /** Runs statements in the scratch database, each in a transaction of its own. */
  void scratch(String... statements) throws SQLException {
    execute(SCRATCH, statements);
  }

  /** Vacuums and analyses, so that a timed run meets no hint bits to set and no autovacuum. */
  void vacuum(String database, String table) throws SQLException {
    execute(database, "VACUUM (ANALYZE) " + table);
  }

  /** The table that holds the rows of a full load. */
  String generation(long jobId) throws SQLException {
    return value(
        project,
        "SELECT '_penstock.t' || table_id || '_' || generation FROM _penstock.catalogue WHERE generation = "
            + jobId);
  }

  /**
   * Rows and the sum of their hashes, over the columns that came from the file; a table has them in
   * the file's order, named c1, c2 and so on.
   */
  Content content(String database, String table) throws SQLException {
    String sql =
        "SELECT count(*), coalesce(sum(hashtextextended(ROW(%s)::text, 0)), 0)::text FROM %s"
            .formatted(Columns.LIST, table);
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return new Content(rows.getLong(1), rows.getString(2));
    }
  }

  /** The server's version and those of its settings that matter here. */
  Map<String, String> settings() throws SQLException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("server_version", value("postgres", "SHOW server_version"));
    for (String setting : SETTINGS) {
      settings.put(setting, value("postgres", "SHOW " + setting));
    }
    return settings;
  }

  private String value(String database, String sql) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      if (!rows.next()) {
        throw new SQLException("No row: " + sql);
      }
      return rows.getString(1);
    }
  }

  private void execute(String database, String... statements) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private Connection connect(String database) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "postgres");
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "10");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database), properties);
  }
}
