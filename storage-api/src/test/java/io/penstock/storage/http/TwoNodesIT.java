package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Callers;
import io.penstock.storage.access.ManageTokens;
import io.penstock.storage.access.Permission;
import io.penstock.storage.access.TokenCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A right that is taken away on one node is gone on the other with its very next call, although
 * that one has just seen the token and nobody tells it anything.
 */
class TwoNodesIT {
  private final Gateway gateway = Gateway.get();
  private final SecondNode second = SecondNode.get();
  private final Client master = gateway.master();

  private Client onTheOther(Client client) {
    Client there = client.at(second.address());
    there.get("tokens/verify").json(200);
    there.get("tokens/verify").json(200);
    return there;
  }

  /** The call that compares for itself what is remembered of a token, and one of all the others. */
  private static void refuses(Client there, String code) {
    there.get("tokens/verify").assertRefused(401, code);
    there.get("buckets").assertRefused(401, code);
  }

  @Test
  void deletedToken() {
    Client token = gateway.limited();
    Client there = onTheOther(token);

    assertThat(master.delete("tokens/" + token.tokenId()).status()).isEqualTo(204);

    there.get("branch/999/tokens/verify").assertRefused(401, "storage.tokenInvalid");
    refuses(there, "storage.tokenInvalid");
  }

  /** What is recorded while it is read must not tell of an answer that nobody got. */
  @Test
  void callOfADeletedTokenHasOneRecordWhichSaysThatItWasRefused() {
    Client token = gateway.limited().inRun(Gateway.unique("run-deleted"));
    Client there = onTheOther(token);
    int before = gateway.recordsOfRun(token).size();
    master.delete("tokens/" + token.tokenId());

    there.get("tokens/verify").assertRefused(401, "storage.tokenInvalid");

    var records = gateway.recordsOfRun(token);
    assertThat(records).hasSize(before + 1);
    assertThat(records.getLast().path("status").asInt()).isEqualTo(401);
    assertThat(records.getLast().path("outcome").asString()).isEqualTo("REFUSED");
  }

  @Test
  void refreshedToken() {
    Client token = gateway.limited();
    Client there = onTheOther(token);

    String text =
        token
            .post("tokens/" + token.tokenId() + "/refresh", Map.of())
            .json(200)
            .path("token")
            .asString();

    refuses(there, "storage.tokenInvalid");
    there.with(text).get("tokens/verify").json(200);
  }

  @Test
  void shrunkPermission() {
    String bucket = master.newBucket();
    Client token = gateway.limited();
    master
        .put("tokens/" + token.tokenId(), Map.of("bucketPermissions", Map.of(bucket, "write")))
        .json(200);
    Client there = onTheOther(token);
    there.get("buckets/" + bucket).json(200);

    master.put("tokens/" + token.tokenId(), Map.of("bucketPermissions", Map.of())).json(200);

    assertThat(there.get("tokens/verify").json(200).path("bucketPermissions").toString())
        .isEqualTo("{}");
    there.get("buckets/" + bucket).assertRefused(403, "accessDenied");
    assertThat(there.get("buckets").json(200)).isEmpty();
  }

  @Test
  void permissionOfADeletedBucket() {
    String bucket = master.newBucket();
    Client token = gateway.limited();
    gateway.grant(token, bucket, "READ");
    Client there = onTheOther(token);

    master.delete("buckets/" + bucket);

    there.get("buckets/" + bucket).assertRefused(404, "storage.buckets.notFound");
    assertThat(there.get("tokens/verify").json(200).path("bucketPermissions").toString())
        .isEqualTo("{}");
  }

  @Test
  void expiredToken() {
    String text =
        master.post("tokens", Map.of("expiresIn", 3600)).json(201).path("token").asString();
    Client here = master.with(text);
    Client there = onTheOther(here);

    second.clock().isAheadBy(Duration.ofHours(2));
    try {
      refuses(there, "storage.tokenExpired");
    } finally {
      second.clock().isAheadBy(Duration.ZERO);
    }
    here.get("tokens/verify").json(200);
  }

  @Test
  void lifetimeThatIsMadeShorter() {
    Client token = gateway.limited();
    Client there = onTheOther(token);
    master.put("tokens/" + token.tokenId(), Map.of("expiresIn", 3600)).json(200);

    second.clock().isAheadBy(Duration.ofHours(2));
    try {
      refuses(there, "storage.tokenExpired");
    } finally {
      second.clock().isAheadBy(Duration.ZERO);
    }
  }

  @Test
  void disabledProject() {
    Client token = tokenOf(newProject());
    Client there = onTheOther(token);
    String path = "projects/" + projectOf(token) + "/disabled";
    String admin = superAdmin();

    token
        .manage(admin, "POST", path, Map.of("isDisabled", "1", "disableReason", "Unpaid"))
        .json(200);

    refuses(there, "storage.tokenDisabled");
    there.post("buckets", Map.of("name", "x")).assertRefused(401, "storage.tokenDisabled");
    token.manage(admin, "POST", path, Map.of("isDisabled", 0)).json(200);
    there.get("tokens/verify").json(200);
  }

  @Test
  void expiredProject() {
    Client token = tokenOf(newProject());
    String path = "projects/" + projectOf(token);
    token.manage(superAdmin(), "PUT", path, Map.of("expirationDays", 1)).json(200);
    Client there = onTheOther(token);

    second.clock().isAheadBy(Duration.ofHours(25));
    try {
      refuses(there, "storage.tokenDisabled");
    } finally {
      second.clock().isAheadBy(Duration.ZERO);
    }
    Client warm = onTheOther(token);
    token.manage(superAdmin(), "PUT", path, Map.of("expirationDays", -1)).json(200);
    refuses(warm, "storage.tokenDisabled");
  }

  @Test
  void settingsOfAProjectAreSeenByTheOtherNode() {
    Client token = tokenOf(newProject());
    Client there = onTheOther(token);
    String path = "projects/" + projectOf(token);
    String admin = superAdmin();

    token
        .manage(admin, "PUT", path, Map.of("defaultBackend", "redshift", "name", "Renamed"))
        .json(200);
    token
        .manage(
            admin,
            "POST",
            path + "/limits",
            Map.of("limits", List.of(Map.of("name", "storage.jobsParallelism", "value", "3"))))
        .json(200);
    token.manage(admin, "POST", path + "/features", Map.of("feature", "new-flag")).json(200);

    var owner = there.get("tokens/verify").json(200).path("owner");
    assertThat(owner.path("defaultBackend").asString()).isEqualTo("redshift");
    assertThat(owner.path("hasRedshift").asBoolean()).isTrue();
    assertThat(owner.path("name").asString()).isEqualTo("Renamed");
    assertThat(owner.path("features").toString()).isEqualTo("[\"new-flag\"]");
    assertThat(owner.path("limits").path("storage.jobsParallelism").path("value").asInt())
        .isEqualTo(3);
    String bucket = there.post("buckets", Map.of("name", "x")).json(201).path("backend").asString();
    assertThat(bucket).isEqualTo("redshift");
    assertThat(token.manage(admin, "DELETE", path + "/features/new-flag", null).status())
        .isEqualTo(204);
    assertThat(there.get("tokens/verify").json(200).path("owner").path("features").toString())
        .isEqualTo("[]");
  }

  @Test
  void rightThatWasSeenInsideAnAbandonedTransactionIsNotRemembered() {
    String bucket = master.newBucket();
    Client token = gateway.limited();
    gateway.grant(token, bucket, "READ");
    Callers callers = second.context().getBean(Callers.class);
    Caller before = callers.resolve(token.token());
    TransactionTemplate transaction = second.context().getBean(TransactionTemplate.class);

    transaction.executeWithoutResult(
        status -> {
          move();
          callers.refuseIfChanged(before, before.revocation() + 1, 0);
          status.setRollbackOnly();
        });
    transaction.executeWithoutResult(
        _ -> {
          gateway
              .jdbc()
              .sql("DELETE FROM token_permission WHERE token_id = :id")
              .param("id", token.tokenId())
              .update();
          gateway
              .jdbc()
              .sql("UPDATE project SET revocation = :next WHERE id = 12")
              .param("next", before.revocation() + 1)
              .update();
        });

    assertThat(callers.resolve(token.token()).permissions()).isEmpty();
  }

  private void move() {
    second
        .context()
        .getBean(org.springframework.jdbc.core.simple.JdbcClient.class)
        .sql("UPDATE project SET revocation = revocation + 1 WHERE id = 12")
        .update();
  }

  @Test
  void rightThatShrinksDuringACallStopsIt() {
    String bucket = master.newBucket();
    Client token = gateway.limited();
    gateway.grant(token, bucket, "READ");
    Callers callers = second.context().getBean(Callers.class);
    Caller begun = callers.resolve(token.token());
    assertThat(begun.permissions()).containsValue(Permission.READ);

    master.put("tokens/" + token.tokenId(), Map.of("bucketPermissions", Map.of())).json(200);

    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> callers.refuseIfChanged(begun, begun.revocation() + 1, 0));
  }

  private String superAdmin() {
    long person =
        gateway
            .jdbc()
            .sql(
                """
                INSERT INTO person (email, name, state, super_admin, created_at)
                VALUES (:email, 'Root', 'ACTIVE', true, now()) RETURNING id
                """)
            .param("email", Gateway.unique("root") + "@example.org")
            .query(Long.class)
            .single();
    return gateway.context.getBean(ManageTokens.class).issue(person, "test").reveal();
  }

  private long newProject() {
    return gateway
        .jdbc()
        .sql(
            """
            INSERT INTO project (organisation_id, name, state, created_at, branch_id, sealed_writer, sealed_reader)
            VALUES (1, 'Two', 'ACTIVE', now(), 8, '', '') RETURNING id
            """)
        .query(Long.class)
        .single();
  }

  private Client tokenOf(long project) {
    TokenCodec codec = gateway.context.getBean(TokenCodec.class);
    byte[] secret = codec.newSecret();
    long id =
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
    return master.with(codec.seal(project, id, secret).reveal());
  }

  private static String projectOf(Client client) {
    return client.token().substring(0, client.token().indexOf('-'));
  }
}
