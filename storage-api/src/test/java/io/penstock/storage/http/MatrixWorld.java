package io.penstock.storage.http;

import io.penstock.storage.access.TokenCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One of everything that a route can be about, and a token of every kind.
 *
 * @param ofRights by the name of the right, ascending
 * @param badTokens texts that are no valid token
 * @param stranger master of another project
 */
record MatrixWorld(
    Gateway gateway,
    Strangers things,
    Client stranger,
    Map<String, Client> ofRights,
    Map<String, String> badTokens,
    Map<String, String> samples) {

  static MatrixWorld of(Gateway gateway) {
    Strangers things = Strangers.of(gateway);
    Map<String, Client> clients = new LinkedHashMap<>();
    clients.put("ANY", gateway.limited());
    clients.put("READ", things.reader());
    Client writer = gateway.limited();
    gateway.grant(writer, things.bucket(), "WRITE");
    clients.put("WRITE", writer);
    clients.put("MANAGE", gateway.client(false, true, false));
    clients.put("MASTER", things.master());
    Map<String, String> bad = new LinkedHashMap<>();
    for (String kind : new String[] {"forged token", "expired token", "deleted token"}) {
      bad.put(kind, Objects.requireNonNull(things.badTokens().get(kind)).text());
    }
    return new MatrixWorld(
        gateway, things, stranger(gateway), clients, bad, samples(gateway, things));
  }

  Client master() {
    return things.master();
  }

  /** All that the calls could have changed, in every table of the metadata. */
  String everything() {
    return things.everything();
  }

  /** A path variable's value. */
  String sample(String path, String variable) {
    return switch (variable) {
      case "column" -> path.startsWith("/columns/") ? things.table() + ".name" : "name";
      default -> samples.getOrDefault(variable, "1");
    };
  }

  private static Map<String, String> samples(Gateway gateway, Strangers things) {
    Map<String, String> samples = new LinkedHashMap<>();
    samples.put("bucket", things.bucket());
    samples.put("table", things.table());
    samples.put("file", Long.toString(things.file()));
    samples.put("token", Long.toString(gateway.limited().tokenId()));
    samples.put("branch", "5"); // the default branch of the gateway's project
    samples.put("key", "k");
    samples.put("tag", "t");
    long workspace = workspace(gateway, things);
    samples.put("workspace", Long.toString(workspace));
    samples.put("credentials", Long.toString(login(gateway, workspace)));
    samples.put("job", Long.toString(job(gateway, things)));
    samples.put("trigger", trigger(gateway, things));
    samples.put("snapshot", Long.toString(snapshot(gateway, things)));
    return samples;
  }

  private static long workspace(Gateway gateway, Strangers things) {
    return gateway
        .jdbc()
        .sql(
            """
            INSERT INTO workspace (project_id, token_id, creator_description, state, login_type, sealed_worker, created_at)
            VALUES (12, :token, '', 'READY', 'default', '', now()) RETURNING id
            """)
        .param("token", things.master().tokenId())
        .query(Long.class)
        .single();
  }

  private static long login(Gateway gateway, long workspace) {
    return gateway
        .jdbc()
        .sql(
            """
            INSERT INTO workspace_login (workspace_id, state, created_at) VALUES (:workspace, 'READY', now()) RETURNING id
            """)
        .param("workspace", workspace)
        .query(Long.class)
        .single();
  }

  private static long snapshot(Gateway gateway, Strangers things) {
    return gateway
        .jdbc()
        .sql(
            """
            INSERT INTO snapshot (project_id, table_id, bucket_id, file_id, description, structure, token_id,
              token_description, created_at)
            SELECT 12, t.id, t.bucket_id, :file, '', :structure, :token, '', now()
            FROM data_table t JOIN bucket b ON b.id = t.bucket_id
            WHERE b.project_id = 12 AND b.stage || '.' || b.name || '.' || t.name = :table RETURNING id
            """)
        .param("file", things.file())
        .param(
            "structure", "{\"table\": {\"id\": \"%s\"}, \"types\": []}".formatted(things.table()))
        .param("token", things.master().tokenId())
        .param("table", things.table())
        .query(Long.class)
        .single();
  }

  private static String trigger(Gateway gateway, Strangers things) {
    return things
        .master()
        .post(
            "triggers",
            Map.of(
                "runWithTokenId",
                gateway.limited().tokenId(),
                "component",
                "acme.matrix",
                "configurationId",
                "1",
                "coolDownPeriodMinutes",
                1,
                "tableIds",
                List.of(things.table())))
        .json(201)
        .path("id")
        .asString();
  }

  private static long job(Gateway gateway, Strangers things) {
    return gateway
        .jdbc()
        .sql(
            """
            INSERT INTO job (project_id, token_id, token_description, operation, params, task, lock_mode, status, created_at)
            VALUES (12, :token, '', 'tableImport', '{}', '{}', 'NONE', 'success', now()) RETURNING id
            """)
        .param("token", things.master().tokenId())
        .query(Long.class)
        .single();
  }

  private static Client stranger(Gateway gateway) {
    long project =
        gateway
            .jdbc()
            .sql(
                """
                INSERT INTO project (organisation_id, name, state, created_at, branch_id, sealed_writer, sealed_reader)
                VALUES (1, 'Strangers', 'ACTIVE', now(), 7, '', '') RETURNING id
                """)
            .query(Long.class)
            .single();
    gateway
        .jdbc()
        .sql(
            "INSERT INTO membership (project_id, person_id, role, created_at) VALUES (:project, 1,"
                + " 'admin', now())")
        .param("project", project)
        .update();
    TokenCodec codec = gateway.context.getBean(TokenCodec.class);
    byte[] secret = codec.newSecret();
    long id =
        gateway
            .jdbc()
            .sql(
                """
                INSERT INTO token (project_id, person_id, description, secret_hash, master, can_manage_buckets,
                  can_read_all_files, can_purge_trash, created_at, refreshed_at)
                VALUES (:project, 1, 'stranger', :hash, true, true, true, false, now(), now()) RETURNING id
                """)
            .param("project", project)
            .param("hash", TokenCodec.hash(secret))
            .query(Long.class)
            .single();
    return new Client(gateway.master().address(), codec.seal(project, id, secret).reveal(), id);
  }
}
