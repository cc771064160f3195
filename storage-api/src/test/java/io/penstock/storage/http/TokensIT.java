package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.storage.access.TokenCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class TokensIT {
  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();

  @Test
  void createdTokenIsWhatWasAskedFor() {
    String bucket = master.newBucket();

    JsonNode token =
        master
            .postForm(
                "tokens",
                "description=loader&expiresIn=3600&canReadAllFileUploads=1&canPurgeTrash=TRUE"
                    + "&componentAccess[{0}]=acme.ex-demo&bucketPermissions[%s]=write"
                        .formatted(bucket))
            .json(201);

    assertThat(token.path("id").isString()).isTrue();
    assertThat(token.path("id").asString()).matches("\\d+");
    assertThat(token.path("token").asString())
        .matches("12-" + token.path("id").asString() + "-[0-9A-Za-z]+");
    assertThat(token.path("refreshed")).isEqualTo(token.path("created"));
    assertThat(token.path("description").asString()).isEqualTo("loader");
    assertThat(token.path("isMasterToken").asBoolean()).isFalse();
    assertThat(token.path("canManageBuckets").asBoolean()).isFalse();
    assertThat(token.path("canManageTokens").asBoolean()).isFalse();
    assertThat(token.path("canReadAllFileUploads").asBoolean()).isTrue();
    assertThat(token.path("canPurgeTrash").asBoolean()).isTrue();
    assertThat(token.path("componentAccess").toString()).isEqualTo("[\"acme.ex-demo\"]");
    assertThat(token.path("bucketPermissions").toString())
        .isEqualTo("{\"%s\":\"write\"}".formatted(bucket));
    assertThat(token.path("expires").asString()).matches("\\d{4}-.*\\+0000");
    assertThat(token.path("isExpired").asBoolean()).isFalse();
    assertThat(token.path("creatorToken").toString())
        .isEqualTo("{\"id\":%d,\"description\":\"test\"}".formatted(master.tokenId()));
    assertThat(token.path("owner").toString()).isEqualTo("{\"id\":12,\"name\":\"Analytics\"}");
    assertThat(token.propertyNames()).doesNotContain("admin", "organization");
    assertThat(events(token.path("id").asString())).containsExactly("storage.tokenCreated");
  }

  @Test
  void unaskedForPartsHaveTheContractsDefaults() {
    JsonNode token = master.post("tokens", Map.of()).json(201);

    assertThat(token.path("description").asString()).isEqualTo("Created by test");
    assertThat(token.path("expires").isNull()).isTrue();
    assertThat(token.propertyNames()).doesNotContain("componentAccess");
    assertThat(token.path("bucketPermissions").toString()).isEqualTo("{}");
    JsonNode verified = master.with(token.path("token").asString()).get("tokens/verify").json(200);
    assertThat(verified.path("componentAccess").toString()).isEqualTo("[]");
  }

  /** What PHP makes of true and false in a form with files, and in a query. */
  @Test
  void flagsAreOneOrNothingInMultipartAndOneOrZeroInAQuery() {
    StringBuilder form = new StringBuilder();
    Map.of("canReadAllFileUploads", "1", "canPurgeTrash", "", "canManageBuckets", "")
        .forEach(
            (name, value) ->
                form.append(
                    "--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                        .formatted(name, value)));

    JsonNode token =
        master
            .post(
                "tokens",
                "multipart/form-data; boundary=b",
                form.append("--b--\r\n").toString().getBytes(StandardCharsets.UTF_8))
            .json(201);

    assertThat(token.path("canReadAllFileUploads").asBoolean()).isTrue();
    assertThat(token.path("canPurgeTrash").asBoolean(true)).isFalse();
    assertThat(token.path("canManageBuckets").asBoolean(true)).isFalse();
    assertThat(master.delete("buckets/" + master.newBucket() + "?async=0&force=1").status())
        .isEqualTo(204);
    master.delete("buckets/" + master.newBucket() + "?async=1&force=0").json(202);
  }

  @Test
  void verifyTellsOfTheProject() {
    JsonNode verified = master.get("branch/default/tokens/verify").json(200);

    assertThat(verified.path("id").asString()).isEqualTo(Long.toString(master.tokenId()));
    assertThat(verified.path("token").asString()).isEqualTo(master.token());
    assertThat(verified.path("canManageTokens").asBoolean()).isTrue();
    assertThat(verified.path("organization").toString()).isEqualTo("{\"id\":\"1\"}");
    assertThat(verified.path("admin").path("role").asString()).isEqualTo("admin");
    assertThat(verified.path("admin").path("id").isInt()).isTrue();
    assertThat(verified.propertyNames()).doesNotContain("creatorToken");
    JsonNode owner = verified.path("owner");
    assertThat(owner.path("id").isInt()).isTrue();
    assertThat(owner.path("id").asInt()).isEqualTo(12);
    assertThat(owner.path("defaultBackend").asString()).isEqualTo("postgres");
    assertThat(owner.path("assignedBackends").toString()).isEqualTo("[\"postgres\"]");
    assertThat(owner.path("hasRedshift").asBoolean(true)).isFalse();
    assertThat(owner.path("fileStorageProvider").asString()).isEqualTo("aws");
    assertThat(owner.path("hasTryModeOn").asString()).isEqualTo("0");
    assertThat(owner.path("limits").path("storage.jobsParallelism").toString())
        .contains("\"name\":\"storage.jobsParallelism\"", "\"value\":10");
    assertThat(owner.path("metrics").path("kbc.adminsCount").path("value").asInt()).isPositive();
  }

  @Test
  void metricsCountWhatIsThere() {
    String bucket = master.newBucket();
    long before = metric("storage.rowsCount");
    gateway
        .jdbc()
        .sql(
            """
            INSERT INTO data_table (project_id, bucket_id, name, display_name, state, rows_count, data_bytes, created_at)
            SELECT 12, id, 'm', 'm', 'READY', 7, 100, now() FROM bucket WHERE stage || '.' || name = :label
            """)
        .param("label", bucket)
        .update();

    assertThat(metric("storage.rowsCount")).isEqualTo(before + 7);
    JsonNode owner = master.get("tokens/verify").json(200).path("owner");
    assertThat(owner.path("rowsCount").asLong()).isEqualTo(before + 7);
    master.delete("buckets/" + bucket + "?force=1");
  }

  private long metric(String name) {
    return master
        .get("tokens/verify")
        .json(200)
        .path("owner")
        .path("metrics")
        .path(name)
        .path("value")
        .asLong();
  }

  static Stream<Arguments> refusedBodies() {
    return Stream.of(
        Arguments.of("manage", Map.of("bucketPermissions", Map.of("B", "manage")), INVALID),
        Arguments.of("text", Map.of("bucketPermissions", Map.of("B", "anything")), INVALID),
        Arguments.of("object", Map.of("bucketPermissions", Map.of("B", Map.of("x", 1))), INVALID),
        Arguments.of(
            "unknown bucket", Map.of("bucketPermissions", Map.of("in.c-nope", "read")), INVALID),
        Arguments.of("no object", Map.of("bucketPermissions", "in.c-main"), VALIDATION),
        Arguments.of("zero", Map.of("expiresIn", 0), VALIDATION),
        Arguments.of("negative", Map.of("expiresIn", -5), VALIDATION),
        Arguments.of("too long", Map.of("expiresIn", "9223372036854775807"), VALIDATION),
        Arguments.of("no number", Map.of("expiresIn", "soon"), VALIDATION),
        Arguments.of("long text", Map.of("description", "x".repeat(1001)), VALIDATION),
        Arguments.of("long id", Map.of("componentAccess", List.of("x".repeat(256))), VALIDATION));
  }

  private static final String INVALID = "storage.tokens.invalidPermissions";
  private static final String VALIDATION = "storage.validation";

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedBodies")
  void wrongBodyMakesAndChangesNothing(String name, Map<String, Object> body, String code) {
    String bucket = master.newBucket();
    String mine = master.post("tokens", Map.of()).json(201).path("id").asString();
    long count = count();
    Map<String, Object> sent =
        body.get("bucketPermissions") instanceof Map<?, ?> map && map.containsKey("B")
            ? Map.of("bucketPermissions", Map.of(bucket, map.get("B")))
            : body;

    master.post("tokens", sent).assertRefused(400, code);
    master.put("tokens/" + mine, sent).assertRefused(400, code);

    assertThat(count()).as(name).isEqualTo(count);
    assertThat(events(mine)).containsExactly("storage.tokenCreated");
  }

  @Test
  void plainTokenMayCreateNoneAndSeesOnlyItself() {
    Client limited = gateway.limited();

    limited.post("tokens", Map.of("description", "x")).assertRefused(403, "accessDenied");
    gateway.client(false, true, true).post("tokens", Map.of()).assertRefused(403, "accessDenied");
    assertThat(limited.get("tokens").json(200))
        .extracting(token -> token.path("id").asLong())
        .containsExactly(limited.tokenId());
    limited.get("tokens/" + master.tokenId()).assertRefused(403, "accessDenied");
    limited.put("tokens/" + limited.tokenId(), Map.of()).assertRefused(403, "accessDenied");
    limited
        .post("tokens/" + master.tokenId() + "/refresh", Map.of())
        .assertRefused(403, "accessDenied");
    limited.delete("tokens/" + master.tokenId()).assertRefused(403, "accessDenied");
    limited.get("tokens/" + limited.tokenId()).json(200);
  }

  @Test
  void personWhoIsNoAdministratorGetsAMinimalToken() {
    Client guest = personWith("guest");

    JsonNode token =
        guest
            .post(
                "tokens",
                Map.of(
                    "description",
                    "mine",
                    "expiresIn",
                    60,
                    "canManageBuckets",
                    true,
                    "canReadAllFileUploads",
                    true,
                    "canPurgeTrash",
                    true,
                    "componentAccess",
                    List.of("acme"),
                    "bucketPermissions",
                    Map.of("in.c-nope", "manage")))
            .json(201);

    assertThat(guest.get("tokens/verify").json(200).path("canManageTokens").asBoolean()).isFalse();
    assertThat(token.path("description").asString()).isEqualTo("mine");
    assertThat(token.path("expires").isNull()).isFalse();
    assertThat(
            List.of("canManageBuckets", "canReadAllFileUploads", "canPurgeTrash", "isMasterToken"))
        .noneMatch(right -> token.path(right).asBoolean());
    assertThat(token.propertyNames()).doesNotContain("componentAccess");
    assertThat(token.path("bucketPermissions").toString()).isEqualTo("{}");
  }

  @Test
  void personWhoLeftTheProjectHasNoTokenOfItAnyMore() {
    Client person = personWith("admin");
    person.get("tokens/verify").json(200);

    gateway
        .jdbc()
        .sql(
            """
            DELETE FROM membership WHERE person_id = (SELECT person_id FROM token WHERE id = :id);
            UPDATE project SET revocation = revocation + 1
            """)
        .param("id", person.tokenId())
        .update();

    person.get("tokens/verify").assertRefused(401, "storage.tokenDisabled");
  }

  private Client personWith(String role) {
    Client client = gateway.master();
    gateway
        .jdbc()
        .sql(
            """
            INSERT INTO person (email, name, state, created_at) VALUES (:email, 'P', 'ACTIVE', now());
            INSERT INTO membership (project_id, person_id, role, created_at)
            SELECT 12, id, :role, now() FROM person WHERE email = :email;
            UPDATE token SET person_id = (SELECT id FROM person WHERE email = :email) WHERE id = :id
            """)
        .param("email", Gateway.unique("p") + "@example.org")
        .param("role", role)
        .param("id", client.tokenId())
        .update();
    return client;
  }

  @Test
  void listShowsTheOwnTextOnly() {
    String other = master.post("tokens", Map.of()).json(201).path("id").asString();

    JsonNode list = master.get("tokens").json(200);

    for (JsonNode token : list) {
      boolean own = token.path("id").asLong() == master.tokenId();
      assertThat(token.has("token")).as(token.toString()).isEqualTo(own);
      assertThat(token.has("organization")).isFalse();
    }
    assertThat(list).extracting(token -> token.path("id").asString()).contains(other);
    assertThat(list).extracting(token -> token.path("id").asLong()).isSorted();
    assertThat(master.get("tokens/" + other).json(200).propertyNames())
        .doesNotContain("token")
        .contains("organization");
  }

  @Test
  void tokenThatManagesBucketsListsEachOfThemAtOnce() {
    JsonNode created =
        master
            .post(
                "tokens",
                Map.of(
                    "canManageBuckets", true, "bucketPermissions", Map.of("in.c-nope", "manage")))
            .json(201);
    Client manager = master.with(created.path("token").asString());

    String bucket = master.newBucket();

    assertThat(permissions(manager).path(bucket).asString()).isEqualTo("manage");
    assertThat(
            master
                .get("tokens/" + created.path("id").asString())
                .json(200)
                .path("bucketPermissions")
                .path(bucket)
                .asString())
        .isEqualTo("manage");
    master.delete("buckets/" + bucket);
    assertThat(permissions(manager).has(bucket)).isFalse();
    JsonNode updated =
        master
            .put("tokens/" + created.path("id").asString(), Map.of("canManageBuckets", false))
            .json(200);
    assertThat(updated.path("canManageBuckets").asBoolean()).isTrue();
  }

  private static JsonNode permissions(Client client) {
    return client.get("tokens/verify").json(200).path("bucketPermissions");
  }

  @Test
  void updateReplacesWhatIsGivenAndLeavesTheRest() {
    String first = master.newBucket();
    String second = master.newBucket();
    String id =
        master
            .post(
                "tokens",
                Map.of(
                    "description", "before",
                    "componentAccess", List.of("a"),
                    "bucketPermissions", Map.of(first, "read", second, "write")))
            .json(201)
            .path("id")
            .asString();

    JsonNode described = master.put("tokens/" + id, Map.of("description", "after")).json(200);
    assertThat(described.path("description").asString()).isEqualTo("after");
    assertThat(described.path("bucketPermissions").size()).isEqualTo(2);
    assertThat(described.path("componentAccess").size()).isEqualTo(1);

    JsonNode replaced =
        master
            .put(
                "tokens/" + id,
                Map.of(
                    "bucketPermissions", Map.of(first, "write"),
                    "componentAccess", List.of("b", "c"),
                    "canReadAllFileUploads", "True"))
            .json(200);
    assertThat(replaced.path("description").asString()).isEqualTo("after");
    assertThat(replaced.path("bucketPermissions").toString())
        .isEqualTo("{\"%s\":\"write\"}".formatted(first));
    assertThat(replaced.path("componentAccess").toString()).isEqualTo("[\"b\",\"c\"]");
    assertThat(replaced.path("canReadAllFileUploads").asBoolean()).isTrue();

    JsonNode emptied = master.put("tokens/" + id, Map.of("bucketPermissions", List.of())).json(200);
    assertThat(emptied.path("bucketPermissions").toString()).isEqualTo("{}");
    assertThat(events(id))
        .containsExactly(
            "storage.tokenCreated",
            "storage.tokenUpdated",
            "storage.tokenUpdated",
            "storage.tokenUpdated");
  }

  @Test
  void updateOfAMasterTokenChangesItsDescriptionOnly() {
    Client other = gateway.master();

    JsonNode updated =
        master
            .put(
                "tokens/" + other.tokenId(),
                Map.of("description", "other", "canPurgeTrash", false, "expiresIn", 1))
            .json(200);

    assertThat(updated.path("description").asString()).isEqualTo("other");
    assertThat(updated.path("expires").isNull()).isTrue();
    assertThat(updated.path("canManageTokens").asBoolean()).isTrue();
  }

  @Test
  void refreshGivesAnotherTextAndTheOldOneIsRefusedByTheNextCall() {
    Client limited = gateway.limited();
    limited.get("tokens/verify").json(200);

    JsonNode refreshed =
        limited.post("tokens/" + limited.tokenId() + "/refresh", Map.of()).json(200);

    String text = refreshed.path("token").asString();
    assertThat(text).isNotEqualTo(limited.token()).startsWith("12-" + limited.tokenId() + "-");
    assertThat(refreshed.path("id").asString()).isEqualTo(Long.toString(limited.tokenId()));
    assertThat(refreshed.propertyNames()).doesNotContain("organization");
    limited.get("tokens/verify").assertRefused(401, "storage.tokenInvalid");
    assertThat(limited.with(text).get("tokens/verify").json(200).path("token").asString())
        .isEqualTo(text);
    assertThat(events(Long.toString(limited.tokenId()))).containsExactly("storage.tokenRefreshed");
    JsonNode byMaster = master.post("tokens/" + limited.tokenId() + "/refresh", Map.of()).json(200);
    limited.with(text).get("tokens/verify").assertRefused(401, "storage.tokenInvalid");
    limited.with(byMaster.path("token").asString()).get("tokens/verify").json(200);
  }

  @Test
  void descriptionThatIsChangedDuringARefreshBringsNoOldSecretBack() {
    Client limited = gateway.limited();
    String path = "tokens/" + limited.tokenId();

    List<Future<Integer>> answers = new ArrayList<>();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 4; i++) {
        answers.add(
            threads.submit(
                () -> master.put(path, Map.of("description", Gateway.unique("d"))).status()));
        answers.add(threads.submit(() -> master.post(path + "/refresh", Map.of()).status()));
      }
    }

    assertThat(answers).extracting(Future::resultNow).containsOnly(200);
    limited.get("tokens/verify").assertRefused(401, "storage.tokenInvalid");
  }

  @Test
  void deletedTokenIsRefusedByTheNextCallAndGone() {
    Client limited = gateway.limited();
    limited.get("tokens/verify").json(200);

    assertThat(master.delete("tokens/" + limited.tokenId()).status()).isEqualTo(204);

    limited.get("tokens/verify").assertRefused(401, "storage.tokenInvalid");
    master.get("tokens/" + limited.tokenId()).assertRefused(404, "storage.tokens.notFound");
    master.delete("tokens/" + limited.tokenId()).assertRefused(404, "storage.tokens.notFound");
    Client itself = gateway.limited();
    assertThat(itself.delete("tokens/" + itself.tokenId()).status()).isEqualTo(204);
    itself.get("tokens/verify").assertRefused(401, "storage.tokenInvalid");
    assertThat(events(Long.toString(itself.tokenId()))).containsExactly("storage.tokenDeleted");
  }

  @Test
  void masterTokenIsNotDeleted() {
    master
        .delete("tokens/" + gateway.master().tokenId())
        .assertRefused(400, "storage.tokens.cannotDeleteMasterToken");
  }

  @Test
  void idsThatAreNoneAreNotFound() {
    for (String id : List.of("abc", "1.5", "-1", "9".repeat(30), "%20", "verify2")) {
      Client.Answer answer = master.delete("tokens/" + id);
      answer.assertRefused(404, "notFound");
      assertThat(answer.json().path("error").asString()).containsIgnoringCase("resource not found");
      master.get("tokens/" + id).assertRefused(404, "notFound");
      master.put("tokens/" + id, Map.of()).assertRefused(404, "notFound");
    }
    master.get("tokens/999999999").assertRefused(404, "storage.tokens.notFound");
    assertThat(gateway.limited().get("tokens/keen").json(200).path("keenToken").asString())
        .isEqualTo("none-there-is-no-such-service");
  }

  @Test
  void deletedBucketLeavesAllTokens() {
    String bucket = master.newBucket();
    String id =
        master
            .post("tokens", Map.of("bucketPermissions", Map.of(bucket, "read")))
            .json(201)
            .path("id")
            .asString();

    master.delete("buckets/" + bucket);

    assertThat(master.get("tokens/" + id).json(200).path("bucketPermissions").toString())
        .isEqualTo("{}");
  }

  @Test
  void projectThatExpiresRefusesItsTokensWithoutAnybodysHelp() {
    TokenCodec codec = gateway.context.getBean(TokenCodec.class);
    byte[] secret = codec.newSecret();
    long project =
        gateway
            .jdbc()
            .sql(
                """
                INSERT INTO project (organisation_id, name, state, created_at, expires_at, branch_id, sealed_writer, sealed_reader)
                VALUES (1, 'Short', 'ACTIVE', now(), now() - interval '1 second', 7, '', '') RETURNING id
                """)
            .query(Long.class)
            .single();
    long token =
        gateway
            .jdbc()
            .sql(
                """
                INSERT INTO token (project_id, description, secret_hash, master, can_manage_buckets,
                  can_read_all_files, can_purge_trash, created_at, refreshed_at)
                VALUES (:project, 't', :hash, false, true, true, false, now(), now()) RETURNING id
                """)
            .param("project", project)
            .param("hash", TokenCodec.hash(secret))
            .query(Long.class)
            .single();

    master
        .with(codec.seal(project, token, secret).reveal())
        .get("tokens/verify")
        .assertRefused(401, "storage.tokenDisabled");
  }

  private long count() {
    return gateway.jdbc().sql("SELECT count(*) FROM token").query(Long.class).single();
  }

  private List<String> events(String id) {
    return gateway
        .jdbc()
        .sql(
            """
            SELECT body::jsonb ->> 'operation' FROM outbox_record
            WHERE body::jsonb ->> 'kind' = 'EVENT' AND body::jsonb -> 'object' ->> 'type' = 'token'
              AND body::jsonb -> 'object' ->> 'id' = :id ORDER BY number
            """)
        .param("id", id)
        .query((rs, _) -> rs.getString(1))
        .list();
  }
}
