package io.penstock.storage.http;

import io.penstock.aws.Keyring;
import io.penstock.model.Json;
import io.penstock.model.job.RoleCredential;
import io.penstock.storage.access.TokenCodec;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A project beside the gateway's own, with a person of its own; its database only when asked. */
record Tenant(Gateway gateway, long organisation, long project, long person, String name) {

  /** Another organisation, with nobody in it. */
  static long newOrganisation(Gateway gateway) {
    String name = Gateway.unique("org");
    long id =
        gateway
            .jdbc()
            .sql(
                """
                INSERT INTO organisation (id, name, region, bucket, key_id, state, created_at)
                VALUES (1000 + (SELECT count(*) FROM organisation), :name, 'eu-central-1', :name, 'k', 'ACTIVE', now())
                RETURNING id
                """)
            .param("name", name)
            .query(Long.class)
            .single();
    gateway.context.getBean(Keyring.class).createOrganisationKey(id);
    return id;
  }

  static Tenant in(Gateway gateway, long organisation) {
    String name = Gateway.unique("project");
    Keyring keyring = gateway.context.getBean(Keyring.class);
    long id = gateway.jdbc().sql("SELECT 4000 + count(*) FROM project").query(Long.class).single();
    keyring.createProjectKey(organisation, id);
    byte[] reader = sealed(keyring, id, "reader");
    byte[] writer = sealed(keyring, id, "writer");
    gateway
        .jdbc()
        .sql(
            """
            INSERT INTO project (id, organisation_id, name, state, created_at, branch_id, sealed_writer, sealed_reader)
            VALUES (:id, :organisation, :name, 'ACTIVE', now(), :id, :writer, :reader)
            """)
        .param("id", id)
        .param("organisation", organisation)
        .param("name", name)
        .param("writer", writer)
        .param("reader", reader)
        .update();
    long person =
        gateway
            .jdbc()
            .sql(
                """
                INSERT INTO person (id, email, name, state, created_at)
                SELECT 4000 + count(*), :email, :name, 'ACTIVE', now() FROM person RETURNING id
                """)
            .param("email", name + "@example.org")
            .param("name", "Person of " + name)
            .query(Long.class)
            .single();
    gateway
        .jdbc()
        .sql(
            "INSERT INTO membership (project_id, person_id, role, created_at) VALUES (:project,"
                + " :person, 'admin', now())")
        .param("project", id)
        .param("person", person)
        .update();
    return new Tenant(gateway, organisation, id, person, name);
  }

  private static byte[] sealed(Keyring keyring, long project, String role) {
    return keyring.seal(
        project,
        Json.write(new RoleCredential("p%d_%s".formatted(project, role), role + "-password"))
            .getBytes(StandardCharsets.UTF_8),
        "project:%d:%s".formatted(project, role).getBytes(StandardCharsets.UTF_8));
  }

  Client master() {
    return client(true, true);
  }

  Client client(boolean master, boolean buckets) {
    TokenCodec codec = gateway.context.getBean(TokenCodec.class);
    byte[] secret = codec.newSecret();
    long id =
        gateway
            .jdbc()
            .sql(
                """
                INSERT INTO token (project_id, person_id, description, secret_hash, master, can_manage_buckets,
                  can_read_all_files, can_purge_trash, created_at, refreshed_at)
                VALUES (:project, CASE WHEN :master THEN CAST(:person AS bigint) END, 'test', :hash, :master, :buckets, false, false, now(), now())
                RETURNING id
                """)
            .param("project", project)
            .param("master", master)
            .param("person", person)
            .param("hash", TokenCodec.hash(secret))
            .param("buckets", buckets)
            .query(Long.class)
            .single();
    String port = gateway.context.getEnvironment().getRequiredProperty("local.server.port");
    return new Client("http://127.0.0.1:" + port, codec.seal(project, id, secret).reveal(), id);
  }

  void grant(Client client, String bucket, String permission) {
    gateway
        .jdbc()
        .sql(
            """
            INSERT INTO token_permission (token_id, bucket_id, permission)
            SELECT :token, id, :permission FROM bucket
            WHERE project_id = :project AND stage || '.' || name = :label AND deleted_at IS NULL;
            UPDATE project SET revocation = revocation + 1 WHERE id = :project
            """)
        .param("token", client.tokenId())
        .param("project", project)
        .param("permission", permission)
        .param("label", bucket)
        .update();
  }

  /** A table of the metadata, as a finished load leaves it. */
  long table(String bucket, String name, String... columns) {
    return gateway
        .jdbc()
        .sql(
            """
            INSERT INTO data_table (project_id, bucket_id, name, display_name, state, columns, primary_key,
                                    rows_count, data_bytes, created_at, last_import_at, last_change_at)
            SELECT :project, id, :name, :name, 'READY', :columns, :key, 3, 8192, now(), '2030-01-02T10:00:00Z', '2030-01-02T10:00:00Z'
            FROM bucket WHERE project_id = :project AND stage || '.' || name = :bucket AND deleted_at IS NULL
            RETURNING id
            """)
        .param("project", project)
        .param("bucket", bucket)
        .param("name", name)
        .param("columns", columns)
        .param("key", new String[] {columns[0]})
        .query(Long.class)
        .single();
  }

  /** The project's database as the provisioner leaves it. */
  void database() throws SQLException {
    execute(
        "postgres",
        "CREATE ROLE p%d_reader LOGIN PASSWORD 'reader-password'".formatted(project),
        "CREATE DATABASE \"%d\"".formatted(project));
    execute(
        Long.toString(project),
        """
        CREATE SCHEMA _penstock;
        CREATE TABLE _penstock.catalogue (table_id bigint PRIMARY KEY, generation bigint NOT NULL, columns jsonb NOT NULL,
          primary_key jsonb NOT NULL, row_count bigint NOT NULL, size_bytes bigint NOT NULL, last_import timestamptz,
          last_change timestamptz NOT NULL, sequence bigint NOT NULL, next_column integer NOT NULL)
        """,
        "GRANT USAGE ON SCHEMA _penstock TO p%d_reader".formatted(project));
  }

  /** The table's rows as a worker leaves them; the second half is an hour older than the first. */
  void rows(long table, List<String> columns, List<List<String>> rows) throws SQLException {
    List<String> described = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      described.add("{\"name\":\"%s\",\"physical\":\"c%d\"}".formatted(columns.get(i), i + 1));
    }
    List<String> values = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      values.add(
          "('%s', now() - interval '%d hours')"
              .formatted(String.join("', '", rows.get(i)), i < rows.size() / 2.0 ? 0 : 2));
    }
    String names =
        String.join(
            ", ",
            Arrays.stream(described.toArray())
                .map(column -> "c" + (described.indexOf(column) + 1))
                .toList());
    execute(
        Long.toString(project),
        "INSERT INTO _penstock.catalogue VALUES (%d, 1, '[%s]', '[]', %d, 1, now(), now(), 1, %d)"
            .formatted(table, String.join(",", described), rows.size(), columns.size() + 1),
        "CREATE TABLE _penstock.t%d_1 AS SELECT * FROM (VALUES %s) AS v (%s, _timestamp)"
            .formatted(table, String.join(", ", values), names),
        "GRANT SELECT ON ALL TABLES IN SCHEMA _penstock TO p%d_reader".formatted(project));
  }

  private void execute(String database, String... statements) throws SQLException {
    try (Connection connection = gateway.postgres.connect(database, gateway.postgres.superuser());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Names of events about an object, in the project's own trail. */
  List<String> events(String object) {
    return gateway
        .jdbc()
        .sql(
            """
            SELECT body::jsonb ->> 'operation' FROM outbox_record
            WHERE project_id = :project AND body::jsonb ->> 'kind' = 'EVENT' AND body::jsonb -> 'object' ->> 'id' = :id
            ORDER BY number
            """)
        .param("project", project)
        .param("id", object)
        .query((rs, _) -> rs.getString(1))
        .list();
  }
}
