package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.WorkspaceInput;
import io.penstock.model.table.TableQuery;
import io.penstock.storage.web.Events;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SharingIT {
  private static final Gateway GATEWAY = Gateway.get();
  private static final Tenant LENDER = Tenant.in(GATEWAY, 1);
  private static final Tenant BORROWER = Tenant.in(GATEWAY, 1);
  private static final Tenant STRANGER = Tenant.in(GATEWAY, Tenant.newOrganisation(GATEWAY));

  private final Client lender = LENDER.master();
  private final Client borrower = BORROWER.master();
  private final Client stranger = STRANGER.master();
  private String bucket = "";
  private String secretBucket = "";
  private long usersId;

  @BeforeAll
  static void database() throws SQLException {
    LENDER.database();
  }

  @BeforeEach
  void aBucketAndAnother() throws SQLException {
    bucket = lender.newBucket();
    secretBucket = lender.newBucket();
    usersId = LENDER.table(bucket, "users", "id", "region");
    LENDER.rows(usersId, List.of("id", "region"), List.of(List.of("1", "eu"), List.of("2", "us")));
    long secret = LENDER.table(secretBucket, "secret", "id");
    LENDER.rows(secret, List.of("id"), List.of(List.of("top")));
  }

  private JsonNode done(Client client, Client.Answer answer) {
    JsonNode job = answer.json(202);
    JsonNode end = Worker.finished(client, job.path("id").asLong());
    assertThat(end.path("status").asString()).as(end.toString()).isEqualTo("success");
    return end;
  }

  private void shareWithAllProjects() {
    done(lender, lender.post("buckets/" + bucket + "/share-organization-project", Map.of()));
  }

  private Client.Answer link(Client client) {
    return client.post(
        "buckets",
        Map.of(
            "name",
            Gateway.unique("linked"),
            "stage",
            "in",
            "sourceProjectId",
            LENDER.project(),
            "sourceBucketId",
            bucket));
  }

  private String linked() {
    shareWithAllProjects();
    return link(borrower).json(201).path("id").asString();
  }

  private List<String> sharedWith(Client client) {
    return client
        .get("shared-buckets")
        .json(200)
        .valueStream()
        .map(item -> item.path("project").path("id").asLong() + ":" + item.path("id").asString())
        .toList();
  }

  private String shared() {
    return LENDER.project() + ":" + bucket;
  }

  @Test
  void eachSharingIsSeenByThoseItNames() {
    assertThat(sharedWith(borrower)).doesNotContain(shared());

    JsonNode job = done(lender, lender.post("buckets/" + bucket + "/share-organization", Map.of()));
    assertThat(job.path("operationName").asString()).isEqualTo("bucketShareToOrganization");
    assertThat(job.path("results").path("id").asString()).isEqualTo(bucket);
    assertThat(sharedWith(borrower)).contains(shared());
    assertThat(sharedWith(BORROWER.client(false, true))).doesNotContain(shared());

    done(
        lender,
        lender.put("buckets/" + bucket + "/share", Map.of("sharing", "organization-project")));
    assertThat(sharedWith(BORROWER.client(false, true))).contains(shared());
    assertThat(sharedWith(BORROWER.client(false, false))).isEmpty();

    done(
        lender,
        lender.post(
            "buckets/" + bucket + "/share-to-projects",
            Map.of("targetProjectIds", List.of(LENDER.project()))));
    assertThat(sharedWith(borrower)).doesNotContain(shared());
    done(
        lender,
        lender.post(
            "buckets/" + bucket + "/share-to-projects",
            Map.of("targetProjectIds", List.of(BORROWER.project()))));
    assertThat(sharedWith(BORROWER.client(false, true))).contains(shared());

    done(
        lender,
        lender.post(
            "buckets/" + bucket + "/share-to-users",
            Map.of("targetUsers", List.of(BORROWER.name() + "@example.org"))));
    assertThat(sharedWith(borrower)).contains(shared());
    assertThat(sharedWith(BORROWER.client(false, true))).doesNotContain(shared());
    assertThat(sharedWith(stranger)).isEmpty();

    JsonNode item = item();
    assertThat(item.path("sharing").asString()).isEqualTo("specific-users");
    assertThat(item.path("sharingParameters").path("users").get(0).path("id").asLong())
        .isEqualTo(BORROWER.person());
    assertThat(item.path("sharedBy").path("id").asLong()).isEqualTo(LENDER.person());
    assertThat(item.path("tables").get(0).path("id").asString()).isEqualTo(bucket + ".users");
    assertThat(item.has("metadata")).isFalse();
    done(lender, lender.delete("buckets/" + bucket + "/share"));
    assertThat(sharedWith(borrower)).doesNotContain(shared());
    assertThat(lender.get("buckets/" + bucket).json(200).path("sharing").isNull()).isTrue();
    assertThat(LENDER.events(bucket))
        .contains("storage.bucketShared", "storage.bucketShareUpdated", "storage.bucketUnshared");
  }

  private JsonNode item() {
    return borrower
        .get("shared-buckets")
        .json(200)
        .valueStream()
        .filter(item -> item.path("id").asString().equals(bucket))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void oldShareAnswersAtOnceAndOnlyOnce() {
    JsonNode body = lender.post("buckets/" + bucket + "/share", Map.of()).json(200);

    assertThat(body.path("sharing").asString()).isEqualTo("organization");
    assertThat(body.path("linkedBy").isArray()).isTrue();
    lender
        .post("buckets/" + bucket + "/share", Map.of())
        .assertRefused(400, "storage.buckets.shareTwice");
    lender
        .put("buckets/" + secretBucket + "/share", Map.of("sharing", "organization"))
        .assertRefused(400, "storage.buckets.validation");
    lender
        .put("buckets/" + bucket + "/share", Map.of("sharing", "everybody"))
        .assertRefused(400, "storage.buckets.validation");
    lender
        .post(
            "buckets/" + bucket + "/share-to-projects",
            Map.of("targetProjectIds", List.of(STRANGER.project())))
        .assertRefused(400, "storage.buckets.validation");
    lender
        .post("buckets/" + bucket + "/share-to-users", Map.of("targetUsers", List.of("no@body")))
        .assertRefused(400, "storage.buckets.validation");
    LENDER
        .client(false, true)
        .post("buckets/" + bucket + "/share-organization", Map.of())
        .assertRefused(403, "accessDenied");
  }

  @Test
  void linkedBucketShowsItsSourceAndNothingElse() {
    String linked = linked();

    JsonNode detail = borrower.get("buckets/" + linked).json(200);
    assertThat(detail.path("isLinkedBucket").asBoolean()).isTrue();
    assertThat(detail.path("isReadonly").asBoolean()).isTrue();
    assertThat(detail.path("isReadOnly").asBoolean()).isTrue();
    assertThat(detail.path("rowsCount").asLong()).isEqualTo(3);
    JsonNode source = detail.path("sourceBucket");
    assertThat(source.path("id").asString()).isEqualTo(bucket);
    assertThat(source.path("project").path("name").asString()).isEqualTo(LENDER.name());
    JsonNode table = borrower.get("tables/" + linked + ".users").json(200);
    assertThat(table.path("isAlias").asBoolean()).isTrue();
    assertThat(table.path("aliasColumnsAutoSync").asBoolean()).isTrue();
    assertThat(table.path("sourceTable").path("id").asString()).isEqualTo(bucket + ".users");
    assertThat(table.path("sourceTable").path("project").path("id").asLong())
        .isEqualTo(LENDER.project());
    assertThat(borrower.get("tables/" + linked + ".users/data-preview?columns=id").body())
        .isEqualTo("\"id\"\n\"1\"\n\"2\"\n");

    LENDER.table(bucket, "later", "id");
    assertThat(tables(linked)).containsExactly(linked + ".users", linked + ".later");
    assertThat(lender.delete("tables/" + bucket + ".later").status()).isEqualTo(204);
    assertThat(tables(linked)).containsExactly(linked + ".users");
    for (String other : List.of(linked + ".secret", secretBucket + ".secret", bucket + ".users")) {
      borrower
          .get("tables/" + other + "/data-preview")
          .assertRefused(404, "storage.tables.notFound");
    }
    assertThat(BORROWER.events(linked)).contains("storage.bucketLinked");
    assertThat(LENDER.events(bucket)).contains("storage.bucketLinked");
    assertThat(
            lender.get("buckets/" + bucket).json(200).path("linkedBy").get(0).path("id").asString())
        .isEqualTo(linked);
  }

  private List<String> tables(String linked) {
    return borrower
        .get("buckets/" + linked + "/tables")
        .json(200)
        .valueStream()
        .map(table -> table.path("id").asString())
        .toList();
  }

  @Test
  void exportOfALentTableReadsTheLendersDatabaseIntoTheBorrowersFile() {
    String linked = linked();

    long job =
        borrower
            .post("tables/" + linked + ".users/export-async", Map.of("columns", "id"))
            .json(202)
            .path("id")
            .asLong();

    JobMessage message = GATEWAY.worker().receive(job);
    JobTask.ExportTable task = (JobTask.ExportTable) message.task();
    assertThat(message.projectId()).isEqualTo(BORROWER.project());
    assertThat(message.database()).isEqualTo(Long.toString(BORROWER.project()));
    assertThat(message.sources())
        .singleElement()
        .satisfies(
            source -> {
              assertThat(source.projectId()).isEqualTo(LENDER.project());
              assertThat(source.database()).isEqualTo(Long.toString(LENDER.project()));
            });
    assertThat(task.ofProject()).isEqualTo(LENDER.project());
    assertThat(task.tableId()).isEqualTo(usersId);
    assertThat(task.key()).startsWith("exp-15/" + BORROWER.project() + "/");
  }

  @Test
  void whatIsFilteredAtHomeIsFilteredAway() {
    lender
        .post(
            "buckets/" + bucket + "/table-aliases",
            Map.of(
                "sourceTable",
                secretBucket + ".secret",
                "name",
                "none",
                "aliasFilter",
                Map.of("column", "id", "values", List.of("nobody"))))
        .json(201);
    String linked = linked();

    JsonNode table = borrower.get("tables/" + linked + ".none").json(200);

    assertThat(table.has("aliasFilter")).isFalse();
    assertThat(table.path("rowsCount").isNull()).isTrue();
    assertThat(borrower.get("tables/" + linked + ".none/data-preview").body())
        .isEqualTo("\"id\"\n");
    borrower
        .post(
            "buckets/" + borrower.newBucket() + "/table-aliases",
            Map.of("sourceTable", linked + ".none"))
        .assertRefused(400, "storage.tables.validation");
  }

  @Test
  void borrowersPermissionsAreReadAtMost() {
    String linked = linked();
    Client reader = BORROWER.client(false, false);
    reader.get("tables/" + linked + ".users/data-preview").assertRefused(403, "accessDenied");
    borrower
        .put("tokens/" + reader.tokenId(), Map.of("bucketPermissions", Map.of(linked, "write")))
        .assertRefused(400, "storage.tokens.invalidPermissions");
    borrower
        .put("tokens/" + reader.tokenId(), Map.of("bucketPermissions", Map.of(linked, "read")))
        .json(200);

    assertThat(reader.get("tables/" + linked + ".users/data-preview").status()).isEqualTo(200);
    assertThat(reader.get("tables").json(200)).hasSize(1);
    for (Client client : List.of(reader, borrower)) {
      client
          .post("tables/" + linked + ".users/import-async", Map.of("dataFileId", 1))
          .assertRefused(403, "accessDenied");
      client.delete("tables/" + linked + ".users").assertRefused(403, "accessDenied");
      client
          .post("buckets/" + linked + "/tables-async", Map.of("name", "x", "dataFileId", 1))
          .assertRefused(403, "accessDenied");
      client
          .post("tables/" + linked + ".users/alias-filter", Map.of("values", List.of("1")))
          .assertRefused(403, "accessDenied");
    }
    for (Client.Answer answer :
        List.of(
            borrower.post("buckets/" + linked + "/attributes/a", Map.of("value", "1")),
            borrower.post("buckets/" + linked + "/attributes", Map.of("attributes", List.of())),
            borrower.delete("buckets/" + linked + "/attributes/a"))) {
      answer.assertRefused(403, "accessDenied");
    }
    borrower
        .post("buckets/" + linked + "/share-organization", Map.of())
        .assertRefused(400, "storage.buckets.validation");
  }

  @Test
  void nobodyLinksWhatIsNotSharedWithHim() {
    link(borrower).assertRefused(404, "storage.buckets.notFound");
    shareWithAllProjects();
    link(stranger).assertRefused(404, "storage.buckets.notFound");
    link(lender).assertRefused(400, "storage.buckets.validation");
    BORROWER
        .client(false, false)
        .post("buckets", Map.of("name", "x"))
        .assertRefused(403, "accessDenied");

    JsonNode job =
        done(
            borrower,
            borrower.post(
                "buckets?async=1",
                Map.of(
                    "name",
                    Gateway.unique("async"),
                    "sourceProjectId",
                    LENDER.project(),
                    "sourceBucketId",
                    bucket)));

    assertThat(job.path("operationName").asString()).isEqualTo("bucketLink");
    assertThat(job.path("results").path("isLinkedBucket").asBoolean()).isTrue();
    link(borrower).assertRefused(400, "storage.buckets.alreadyLinked");
  }

  @Test
  void linkedBucketIsUnlinkedByItsDeletionAndTheSourceStays() {
    String linked = linked();
    lender.delete("buckets/" + bucket + "?force=1").assertRefused(400, "storage.buckets.isShared");
    lender
        .delete("buckets/" + bucket + "/share")
        .assertRefused(400, "storage.buckets.alreadyLinked");
    lender
        .post(
            "buckets/" + bucket + "/share-to-projects",
            Map.of("targetProjectIds", List.of(LENDER.project())))
        .assertRefused(400, "storage.buckets.alreadyLinked");
    lender
        .post(
            "buckets/" + bucket + "/share-to-users",
            Map.of("targetUsers", List.of(LENDER.name() + "@example.org")))
        .assertRefused(400, "storage.buckets.alreadyLinked");
    done(
        lender,
        lender.post(
            "buckets/" + bucket + "/share-to-users",
            Map.of("targetUsers", List.of(BORROWER.name() + "@example.org"))));

    assertThat(borrower.delete("buckets/" + linked).status()).isEqualTo(204);

    borrower.get("buckets/" + linked).assertRefused(404, "storage.buckets.notFound");
    assertThat(lender.get("tables/" + bucket + ".users").status()).isEqualTo(200);
    assertThat(BORROWER.events(linked)).contains("storage.bucketUnlinked");
    assertThat(LENDER.events(bucket)).contains("storage.bucketUnlinked");
    done(lender, lender.delete("buckets/" + bucket + "/share"));
  }

  private String aliasOf(String table, String bucketOfAlias) {
    return borrower
        .post("buckets/" + bucketOfAlias + "/table-aliases", Map.of("sourceTable", table))
        .json(201)
        .path("id")
        .asString();
  }

  @Test
  void forceUnlinkTakesEverythingBackAtOnce() {
    String linked = linked();
    Client reader = BORROWER.client(false, false);
    BORROWER.grant(reader, linked, "READ");
    String out = borrower.newBucket();
    BORROWER.grant(reader, out, "READ");
    String alias = aliasOf(linked + ".users", out);
    String second =
        borrower
            .post(
                "buckets/" + out + "/table-aliases", Map.of("sourceTable", alias, "name", "second"))
            .json(201)
            .path("id")
            .asString();
    JsonNode source = borrower.get("tables/" + alias).json(200).path("sourceTable");
    assertThat(source.path("id").asString()).isEqualTo(linked + ".users");
    assertThat(source.path("isAlias").asBoolean()).isTrue();
    assertThat(source.path("project").path("id").asLong()).isEqualTo(BORROWER.project());
    for (String table : List.of(linked + ".users", alias, second)) {
      assertThat(reader.get("tables/" + table + "/data-preview?columns=id").body())
          .isEqualTo("\"id\"\n\"1\"\n\"2\"\n");
    }
    borrower.delete("buckets/" + linked).assertRefused(400, "storage.dependentObjects");
    lender.delete("tables/" + bucket + ".users").assertRefused(400, "storage.dependentObjects");
    lender
        .delete("buckets/" + bucket + "/links/" + STRANGER.project())
        .assertRefused(404, "storage.buckets.notFound");

    assertThat(lender.delete("buckets/" + bucket + "/links/" + BORROWER.project()).status())
        .isEqualTo(204);

    for (Client client : List.of(reader, borrower)) {
      for (String table : List.of(linked + ".users", alias, second)) {
        client
            .get("tables/" + table + "/data-preview")
            .assertRefused(404, "storage.tables.notFound");
      }
      assertThat(client.get("tables").body()).doesNotContain(linked + ".", alias, second);
    }
    assertThat(BORROWER.events(linked)).contains("storage.bucketUnlinked");
    assertThat(BORROWER.events(alias)).contains("storage.tableDeleted");
    done(lender, lender.delete("buckets/" + bucket + "/share"));
  }

  @Test
  void loadOfAWorkspaceThatWaitsReadsNothingAfterTheLinkHasEnded() {
    String linked = linked();
    String out = borrower.newBucket();
    String alias = aliasOf(linked + ".users", out);
    long ofLink = waitingLoad(linked + ".users");
    long ofAlias = waitingLoad(alias);
    long other = waitingLoad(out + ".other");

    assertThat(lender.delete("buckets/" + bucket + "/links/" + BORROWER.project()).status())
        .isEqualTo(204);

    for (long job : List.of(ofLink, ofAlias)) {
      JsonNode end = borrower.get("jobs/" + job).json(200);
      assertThat(end.path("status").asString()).isEqualTo("error");
      assertThat(end.path("error").path("code").asString()).isEqualTo("storage.buckets.notFound");
    }
    assertThat(borrower.get("jobs/" + other).json(200).path("status").asString())
        .isEqualTo("waiting");
    GATEWAY
        .jdbc()
        .sql("UPDATE job SET status = 'error' WHERE id = :id")
        .param("id", other)
        .update();
  }

  /** As one that waits for its turn: the lease keeps this gateway's dispatcher from it. */
  private long waitingLoad(String table) {
    var input =
        new WorkspaceInput(
            usersId,
            table,
            new TableQuery(List.of(), List.of(), List.of(), null, null, null, false),
            "users",
            List.of(),
            false,
            false,
            true,
            List.of(),
            LENDER.project());
    return GATEWAY
        .jdbc()
        .sql(
            """
            INSERT INTO job (project_id, token_description, operation, params, context, task, lock_mode, status, created_at, lease_until)
            VALUES (:project, 'test', 'workspaceLoad', '{"workspaceId":"1"}', :origin, :task, 'NONE', 'waiting', now(),
                    now() + interval '1 hour')
            RETURNING id
            """)
        .param("project", BORROWER.project())
        .param(
            "origin",
            Json.write(
                new Events.Origin(
                    1L,
                    BORROWER.project(),
                    new AuditRecord.Actor("token", "1", "test"),
                    AuditRecord.Source.INTERNAL,
                    null)))
        .param("task", Json.write(new JobTask.LoadWorkspace(1, false, List.of(input))))
        .query(Long.class)
        .single();
  }

  @Test
  void unlinkingByForceTakesTheAliasesAlong() {
    String linked = linked();
    String out = borrower.newBucket();
    String alias = aliasOf(linked + ".users", out);
    Client.Answer refusal = borrower.delete("buckets/" + linked);
    refusal.assertRefused(400, "storage.dependentObjects");
    assertThat(refusal.json(400).path("error").asString()).contains(alias, "force");

    assertThat(borrower.delete("buckets/" + linked + "?force=1").status()).isEqualTo(204);

    borrower.get("buckets/" + linked).assertRefused(404, "storage.buckets.notFound");
    borrower.get("tables/" + alias).assertRefused(404, "storage.tables.notFound");
    assertThat(borrower.get("buckets/" + out + "/tables").json(200)).isEmpty();
    assertThat(BORROWER.events(alias)).contains("storage.tableDeleted");
    assertThat(lender.get("tables/" + bucket + ".users").status()).isEqualTo(200);
  }

  @Test
  void whatWasLentIsNotLentOn() {
    String linked = linked();
    String own = borrower.newBucket();
    borrower
        .post("buckets/" + own + "/table-aliases", Map.of("sourceTable", linked + ".users"))
        .json(201);
    done(borrower, borrower.post("buckets/" + own + "/share-organization-project", Map.of()));
    Client third = Tenant.in(GATEWAY, 1).master();

    String theirs =
        third
            .post(
                "buckets",
                Map.of(
                    "name", "third", "sourceProjectId", BORROWER.project(), "sourceBucketId", own))
            .json(201)
            .path("id")
            .asString();

    assertThat(third.get("buckets/" + theirs + "/tables").json(200)).isEmpty();
    third
        .get("tables/" + theirs + ".users/data-preview")
        .assertRefused(404, "storage.tables.notFound");
  }

  @Test
  void disabledLenderLendsNothing() {
    String linked = linked();
    GATEWAY
        .jdbc()
        .sql("UPDATE project SET state = 'DISABLED' WHERE id = :id")
        .param("id", LENDER.project())
        .update();
    try {
      borrower
          .get("tables/" + linked + ".users/data-preview")
          .assertRefused(404, "storage.tables.notFound");
      assertThat(sharedWith(borrower))
          .noneMatch(bucket -> bucket.startsWith(LENDER.project() + ":"));
    } finally {
      GATEWAY
          .jdbc()
          .sql("UPDATE project SET state = 'ACTIVE' WHERE id = :id")
          .param("id", LENDER.project())
          .update();
    }
  }
}
