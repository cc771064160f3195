package io.penstock.storage.http;

import io.penstock.storage.access.TokenCodec;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A bucket with a table and files, another project that has the like, and tokens that are none. */
record Strangers(
    Gateway gateway,
    Client master,
    Client reader,
    String bucket,
    String table,
    long file,
    long missing,
    Foreign foreign,
    Map<String, BadToken> badTokens) {

  /** What another project has. */
  record Foreign(String bucket, String table, long file, long job, long token) {}

  /** A token's text, and the code that it is refused with. */
  record BadToken(String text, String code) {}

  static Strangers of(Gateway gateway) {
    Client master = gateway.master();
    String bucket = master.newBucket();
    long bucketId =
        gateway
            .jdbc()
            .sql("SELECT id FROM bucket WHERE stage || '.' || name = :label")
            .param("label", bucket)
            .query(Long.class)
            .single();
    table(gateway, 12, bucketId);
    Client reader = gateway.limited();
    gateway.grant(reader, bucket, "READ");
    return new Strangers(
        gateway,
        master,
        reader,
        bucket,
        bucket + ".t",
        file(gateway, master, true),
        file(gateway, master, false),
        foreign(gateway),
        badTokens(gateway, master));
  }

  private static long table(Gateway gateway, long project, long bucket) {
    return gateway
        .jdbc()
        .sql(
            """
            INSERT INTO data_table (project_id, bucket_id, name, display_name, state, columns, created_at)
            VALUES (:project, :bucket, 't', 't', 'READY', '{id,name}', now()) RETURNING id
            """)
        .param("project", project)
        .param("bucket", bucket)
        .query(Long.class)
        .single();
  }

  private static long file(Gateway gateway, Client client, boolean uploaded) {
    var file =
        client
            .post("files/prepare", Map.of("name", "a.csv", "federationToken", 1, "sizeBytes", 8))
            .json(201);
    if (uploaded) {
      gateway
          .objects()
          .put(
              gateway.objectBucket(),
              file.path("uploadParams").path("key").asString(),
              "id,name\n".getBytes(StandardCharsets.UTF_8),
              "text/csv");
    }
    return file.path("id").asLong();
  }

  private static Foreign foreign(Gateway gateway) {
    String name = Gateway.unique("their");
    long project =
        insert(
            gateway,
            """
            INSERT INTO project (organisation_id, name, state, created_at, branch_id, sealed_writer, sealed_reader)
            VALUES (1, 'Theirs', 'ACTIVE', now(), 6, '', '') RETURNING id
            """);
    long bucket =
        insert(
            gateway,
            """
            INSERT INTO bucket (project_id, stage, name, display_name, created_at)
            VALUES (%d, 'in', 'c-%s', '%2$s', now()) RETURNING id
            """
                .formatted(project, name));
    table(gateway, project, bucket);
    long token =
        insert(
            gateway,
            """
            INSERT INTO token (project_id, description, secret_hash, master, can_manage_buckets,
              can_read_all_files, can_purge_trash, created_at, refreshed_at)
            VALUES (%d, 'theirs', '', false, true, true, false, now(), now()) RETURNING id
            """
                .formatted(project));
    long file =
        insert(
            gateway,
            """
            INSERT INTO stored_file (project_id, token_id, creator_description, name, s3_bucket, s3_key,
              content_type, sliced, encrypted, created_at)
            VALUES (%d, %d, '', 'f', 'b', 'k', 'text/csv', false, true, now()) RETURNING id
            """
                .formatted(project, token));
    long job =
        insert(
            gateway,
            """
            INSERT INTO job (project_id, token_description, operation, params, task, lock_mode, status, created_at)
            VALUES (%d, '', 'tableImport', '{}', '{}', 'NONE', 'success', now()) RETURNING id
            """
                .formatted(project));
    return new Foreign("in.c-" + name, "in.c-" + name + ".t", file, job, token);
  }

  private static long insert(Gateway gateway, String sql) {
    return gateway.jdbc().sql(sql).query(Long.class).single();
  }

  private static Map<String, BadToken> badTokens(Gateway gateway, Client master) {
    String genuine = master.token();
    char last = genuine.charAt(genuine.length() - 1);
    String forged = genuine.substring(0, genuine.length() - 1) + (last == 'a' ? 'b' : 'a');
    TokenCodec codec = gateway.context.getBean(TokenCodec.class);
    String unknown = codec.seal(12, 999_999_999, codec.newSecret()).reveal();
    Map<String, BadToken> tokens = new LinkedHashMap<>();
    tokens.put("forged token", new BadToken(forged, "storage.tokenInvalid"));
    tokens.put("unknown token", new BadToken(unknown, "storage.tokenInvalid"));
    tokens.put("text as a token", new BadToken("' OR 1=1 --", "storage.tokenInvalid"));
    tokens.put("long token", new BadToken("x".repeat(5000), "storage.tokenInvalid"));
    tokens.put(
        "expired token",
        changed(gateway, "expires_at = now() - interval '1 second'", "storage.tokenExpired"));
    tokens.put("deleted token", changed(gateway, "deleted_at = now()", "storage.tokenInvalid"));
    tokens.put("disabled token", changed(gateway, "disabled = true", "storage.tokenDisabled"));
    return tokens;
  }

  private static BadToken changed(Gateway gateway, String change, String code) {
    Client client = gateway.limited();
    gateway
        .jdbc()
        .sql("UPDATE token SET " + change + " WHERE id = :id")
        .param("id", client.tokenId())
        .update();
    return new BadToken(client.token(), code);
  }

  /** See {@link Gateway#everything}. */
  String everything() {
    return gateway.everything();
  }
}
