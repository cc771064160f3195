package io.penstock.storage.http;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The project's database as the provisioner and workers leave it behind; one for all tests. */
final class ProjectDatabase {
  private static boolean made;

  private final Gateway gateway;

  private ProjectDatabase(Gateway gateway) {
    this.gateway = gateway;
  }

  static synchronized ProjectDatabase of(Gateway gateway) throws SQLException {
    ProjectDatabase database = new ProjectDatabase(gateway);
    if (!made) {
      database.make();
      made = true;
    }
    return database;
  }

  private void make() throws SQLException {
    execute(
        "postgres",
        "CREATE ROLE p12_reader LOGIN PASSWORD 'reader-password'",
        "CREATE DATABASE \"12\"");
    execute(
        "12",
        """
        CREATE SCHEMA _penstock;
        CREATE TABLE _penstock.catalogue (table_id bigint PRIMARY KEY, generation bigint NOT NULL, columns jsonb NOT NULL,
          primary_key jsonb NOT NULL, row_count bigint NOT NULL, size_bytes bigint NOT NULL, last_import timestamptz,
          last_change timestamptz NOT NULL, sequence bigint NOT NULL, next_column integer NOT NULL);
        GRANT USAGE ON SCHEMA _penstock TO p12_reader;
        GRANT SELECT ON ALL TABLES IN SCHEMA _penstock TO p12_reader
        """);
  }

  /**
   * Makes a table of the columns {@code id} and {@code name}.
   *
   * @param rows a query of them, and of {@code _timestamp}
   * @return its number
   */
  long table(String bucket, String name, long count, String rows) throws SQLException {
    long id =
        gateway
            .jdbc()
            .sql(
                """
                INSERT INTO data_table (project_id, bucket_id, name, display_name, state, columns, sequence, created_at)
                SELECT 12, id, :name, :name, 'READY', '{id,name}', 1, now() FROM bucket
                WHERE stage || '.' || name = :label AND deleted_at IS NULL
                RETURNING id
                """)
            .param("name", name)
            .param("label", bucket)
            .query(Long.class)
            .single();
    execute(
        "12",
        """
        INSERT INTO _penstock.catalogue VALUES (%d, 1,
          '[{"name":"id","physical":"c1"},{"name":"name","physical":"c2"}]', '["id"]', %d, 1, now(), now(), 1, 3)
        """
            .formatted(id, count),
        "CREATE TABLE _penstock.t%d_1 AS SELECT * FROM (%s) AS v (c1, c2, _timestamp)"
            .formatted(id, rows),
        "GRANT SELECT ON _penstock.t%d_1 TO p12_reader".formatted(id));
    return id;
  }

  /** Sessions of that name. */
  long sessions(String application) throws SQLException {
    try (Connection connection =
            gateway.postgres.connect("postgres", gateway.postgres.superuser());
        Statement statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = '%s'"
                    .formatted(application))) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private void execute(String database, String... statements) throws SQLException {
    try (Connection connection = gateway.postgres.connect(database, gateway.postgres.superuser());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
