package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PreviewIT {
  private static final Gateway GATEWAY = Gateway.get();
  private static final Client MASTER = GATEWAY.master();
  private static String table = "";
  private static long tableId;

  /** The project's database as the provisioner and a worker leave it behind. */
  @BeforeAll
  static void databaseOfTheProject() throws SQLException {
    String bucket = MASTER.newBucket();
    tableId =
        GATEWAY
            .jdbc()
            .sql(
                """
                INSERT INTO data_table (project_id, bucket_id, name, display_name, state, columns, created_at)
                SELECT 12, id, 'users', 'users', 'READY', '{id,name}', now() FROM bucket WHERE stage || '.' || name = :label
                RETURNING id
                """)
            .param("label", bucket)
            .query(Long.class)
            .single();
    table = bucket + ".users";
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
          last_change timestamptz NOT NULL, sequence bigint NOT NULL, next_column integer NOT NULL)
        """,
        """
        INSERT INTO _penstock.catalogue VALUES (%d, 1,
          '[{"name":"id","physical":"c1"},{"name":"name","physical":"c2"}]', '["id"]', 3, 1, now(), now(), 1, 3)
        """
            .formatted(tableId),
        """
        CREATE TABLE _penstock.t%1$d_1 AS
          SELECT * FROM (VALUES ('1', 'say "hi"', now()), ('2', E'two\\nlines', now()), ('3', repeat('x', 20000), now()))
            AS v (c1, c2, _timestamp)
        """
            .formatted(tableId),
        "GRANT USAGE ON SCHEMA _penstock TO p12_reader",
        "GRANT SELECT ON ALL TABLES IN SCHEMA _penstock TO p12_reader");
  }

  private static void execute(String database, String... statements) throws SQLException {
    try (Connection connection = GATEWAY.postgres.connect(database, GATEWAY.postgres.superuser());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Test
  void csvHasEveryFieldEnclosed() {
    Client.Answer answer = MASTER.get("tables/" + table + "/data-preview/?limit=2");

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.response().headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/csv");
    assertThat(answer.body())
        .isEqualTo("\"id\",\"name\"\n\"1\",\"say \"\"hi\"\"\"\n\"2\",\"two\nlines\"\n");
  }

  @Test
  void filtersAndColumnsAreObeyed() {
    assertThat(
            MASTER
                .get(
                    "tables/"
                        + table
                        + "/data-preview?columns=id&whereColumn=id&whereValues[]=2&whereValues[]=1")
                .body())
        .isEqualTo("\"id\"\n\"1\"\n\"2\"\n");
    assertThat(
            MASTER.get("tables/" + table + "/data-preview?whereColumn=id&whereValues[]=9").body())
        .isEqualTo("\"id\",\"name\"\n");
    assertThat(MASTER.get("tables/" + table + "/data-preview?changedUntil=-1+hour").body())
        .isEqualTo("\"id\",\"name\"\n");
  }

  @Test
  void longValuesAreCutInJson() {
    JsonNode rows =
        MASTER.get("tables/" + table + "/data-preview?format=json").json(200).path("rows");

    assertThat(rows).hasSize(3);
    assertThat(rows.get(0).get(0).path("isTruncated").asBoolean()).isFalse();
    assertThat(rows.get(2).get(1).path("isTruncated").asBoolean()).isTrue();
    assertThat(rows.get(2).get(1).path("value").asString()).hasSize(16_384);
  }

  @Test
  void tooManyRowsAreRefusedByNumber() {
    Client.Answer answer = MASTER.get("tables/" + table + "/data-preview?limit=1001");

    answer.assertRefused(400, "storage.tables.validation");
    assertThat(answer.json().path("error").asString()).contains("1000");
    MASTER
        .get("tables/" + table + "/data-preview?format=xml")
        .assertRefused(400, "storage.tables.validation.invalidFormat");
  }

  @Test
  void readerWithoutRightIsRefused() {
    GATEWAY.limited().get("tables/" + table + "/data-preview").assertRefused(403, "accessDenied");
  }
}
