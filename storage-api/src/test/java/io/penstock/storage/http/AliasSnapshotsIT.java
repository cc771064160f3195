package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome.TableState;
import io.penstock.model.job.JobTask;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Snapshots of aliases over HTTP: no worker takes part. */
class AliasSnapshotsIT {
  private static final Gateway GATEWAY = Gateway.get();
  private static final Tenant TENANT = Tenant.in(GATEWAY, 1);
  private static final Map<String, ?> EUROPE =
      Map.of(
          "aliasColumns",
          List.of("name", "id"),
          "aliasFilter",
          Map.of("column", "region", "operator", "ne", "values", List.of("us", "")));
  private static final String EUROPES_FILTER =
      "{\"column\":\"region\",\"operator\":\"ne\",\"values\":[\"us\",\"\"]}";

  private final Client master = TENANT.master();
  private String in = "";
  private String out = "";
  private String users = "";
  private long usersId;

  @BeforeEach
  void aTable() {
    in = master.newBucket();
    out = master.newBucket();
    usersId = TENANT.table(in, "users", "id", "name", "region");
    users = in + ".users";
  }

  private String alias(String name, String source, Map<String, ?> more) {
    Map<String, Object> params = new HashMap<>(more);
    params.put("sourceTable", source);
    params.put("name", name);
    return master.post("buckets/" + out + "/table-aliases", params).json(201).path("id").asString();
  }

  /** The ended job of a call that was accepted; nobody but the gateway had a part in it. */
  private JsonNode done(Client.Answer answer, String operation) {
    JsonNode job = master.get("jobs/" + answer.json(202).path("id").asLong()).json(200);
    assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("success");
    assertThat(job.path("operationName").asString()).isEqualTo(operation);
    return job;
  }

  private String snapshot(String alias) {
    return done(
            master.post("tables/" + alias + "/snapshots", Map.of("description", "as it was")),
            "tableSnapshotCreate")
        .path("results")
        .path("id")
        .asString();
  }

  private Client.Answer restore(Client client, String bucket, String snapshot, String name) {
    return client.post(
        "buckets/" + bucket + "/tables-async", Map.of("snapshotId", snapshot, "name", name));
  }

  private void drop(String table) {
    assertThat(master.delete("tables/" + table).status()).isEqualTo(204);
  }

  private JsonNode table(String label) {
    return master.get("tables/" + label).json(200);
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asString).toList();
  }

  private List<String> tablesIn(String bucket) {
    return master
        .get("buckets/" + bucket + "/tables")
        .json(200)
        .valueStream()
        .map(table -> table.path("id").asString())
        .toList();
  }

  @Test
  void snapshotIsTheDefinitionAndNoRows() {
    String alias = alias("eu", users, EUROPE);

    String id = snapshot(alias);

    JsonNode detail = master.get("snapshots/" + id).json(200);
    assertThat(detail.path("dataFileId").isNull()).as(detail.toString()).isTrue();
    assertThat(detail.path("description").asString()).isEqualTo("as it was");
    assertThat(detail.path("creatorToken").path("id").asLong()).isEqualTo(master.tokenId());
    JsonNode table = detail.path("table");
    assertThat(table.path("isAlias").asBoolean()).isTrue();
    assertThat(table.path("aliasColumnsAutoSync").asBoolean(true)).isFalse();
    assertThat(table.path("aliasFilter").toString()).isEqualTo(EUROPES_FILTER);
    assertThat(table.path("sourceTable").path("id").asString()).isEqualTo(users);
    assertThat(texts(table.path("columns"))).containsExactly("name", "id");
    JsonNode list = master.get("tables/" + alias + "/snapshots").json(200);
    assertThat(list.path(0).path("id").asString()).isEqualTo(id);
    assertThat(list.path(0).path("dataFileId").isNull()).isTrue();
    assertThat(master.get("files?tags[]=table-snapshot").json(200)).isEmpty();
    assertThat(TENANT.events(alias))
        .contains("storage.tableAliasCreated", "storage.tableSnapshotCreated");
  }

  @Test
  void whoMaySnapshotWritesTheAliasAndWhoMaySeeItReadsIt() {
    String alias = alias("eu", users, EUROPE);
    String id = snapshot(alias);
    Client ofSource = TENANT.client(false, false);
    TENANT.grant(ofSource, in, "WRITE");
    Client reader = TENANT.client(false, false);
    TENANT.grant(reader, out, "READ");

    ofSource.get("snapshots/" + id).assertRefused(403, "accessDenied");
    ofSource.post("tables/" + alias + "/snapshots", Map.of()).assertRefused(403, "accessDenied");
    reader.get("snapshots/" + id).json(200);
    reader.post("tables/" + alias + "/snapshots", Map.of()).assertRefused(403, "accessDenied");
    reader
        .post("tables/" + alias + "/rollback", Map.of("snapshotId", id))
        .assertRefused(403, "accessDenied");
    reader.delete("snapshots/" + id).assertRefused(403, "accessDenied");
  }

  @Test
  void aliasComesBackAsItWas() {
    String alias = alias("eu", users, EUROPE);
    master
        .post(
            "tables/" + alias + "/metadata",
            Map.of(
                "provider", "user",
                "metadata", List.of(Map.of("key", "k", "value", "v")),
                "columnsMetadata", Map.of("name", List.of(Map.of("key", "c", "value", "w")))))
        .json(201);
    master.post("tables/" + alias + "/attributes/colour", Map.of("value", "red"));
    String id = snapshot(alias);
    restore(master, out, id, "").assertRefused(400, "storage.buckets.tableAlreadyExists");
    drop(alias);
    master.get("tables/" + alias + "/snapshots").assertRefused(404, "storage.tables.notFound");

    JsonNode job = done(restore(master, out, id, ""), "tableCreate");

    assertThat(job.path("results").path("id").asString()).isEqualTo(alias);
    assertThat(job.path("operationParams").path("source").path("snapshotId").asString())
        .isEqualTo(id);
    JsonNode back = table(alias);
    assertThat(back.path("isAlias").asBoolean()).isTrue();
    assertThat(back.path("aliasColumnsAutoSync").asBoolean(true)).isFalse();
    assertThat(back.path("aliasFilter").toString()).isEqualTo(EUROPES_FILTER);
    assertThat(back.path("sourceTable").path("id").asString()).isEqualTo(users);
    assertThat(texts(back.path("columns"))).containsExactly("name", "id");
    assertThat(back.path("attributes").path(0).path("value").asString()).isEqualTo("red");
    assertThat(back.path("metadata").path(0).path("value").asString()).isEqualTo("v");
    assertThat(back.path("columnMetadata").path("name").path(0).path("value").asString())
        .isEqualTo("w");
    assertThat(TENANT.events(alias))
        .filteredOn("storage.tableAliasCreated"::equals)
        .as("of the first one and of the one that came back")
        .hasSize(2);
  }

  @Test
  void aliasComesBackElsewhereUnderAnotherNameAndFollowsItsSource() {
    String alias = alias("all", users, Map.of());
    master
        .post(
            "tables/" + alias + "/metadata",
            Map.of(
                "provider",
                "user",
                "columnsMetadata",
                Map.of("name", List.of(Map.of("key", "c", "value", "w")))))
        .json(201);
    String id = snapshot(alias);
    String other = master.newBucket();
    GATEWAY
        .jdbc()
        .sql("UPDATE data_table SET columns = '{id,new}' WHERE id = :id")
        .param("id", usersId)
        .update();

    done(restore(master, other, id, "again"), "tableCreate");

    JsonNode back = table(other + ".again");
    assertThat(back.path("displayName").asString()).isEqualTo("again");
    assertThat(back.path("aliasColumnsAutoSync").asBoolean()).isTrue();
    assertThat(back.has("aliasFilter")).isFalse();
    assertThat(texts(back.path("columns"))).containsExactly("id", "new");
    assertThat(back.path("columnMetadata").has("name")).as("the column is gone").isFalse();
    assertThat(tablesIn(out)).containsExactly(out + ".all");
  }

  @Test
  void aliasComesBackOnlyWhereItsReaderMayReadItsSource() {
    String id = snapshot(alias("eu", users, EUROPE));
    Client writer = TENANT.client(false, false);
    TENANT.grant(writer, out, "WRITE");

    restore(writer, out, id, "mine").assertRefused(403, "accessDenied");
    assertThat(tablesIn(out)).containsExactly(out + ".eu");

    TENANT.grant(writer, in, "READ");
    assertThat(restore(writer, out, id, "mine").status()).isEqualTo(202);
    assertThat(tablesIn(out)).containsExactly(out + ".eu", out + ".mine");
  }

  @Test
  void aliasThatCouldNotBeMadeAnewIsRefusedForTheSameReasons() {
    String whole = alias("whole", users, Map.of());
    String second = alias("second", whole, Map.of());
    String ofWhole = snapshot(second);
    String eu = alias("eu", users, EUROPE);
    String ofEurope = snapshot(eu);
    drop(second);
    drop(eu);
    master
        .post("tables/" + whole + "/alias-filter", Map.of("column", "id", "values", List.of("1")))
        .json(200);

    restore(master, out, ofWhole, "x").assertRefused(400, "storage.tables.validation");
    for (String left : List.of("{id,name}", "{id,region}")) {
      GATEWAY
          .jdbc()
          .sql("UPDATE data_table SET columns = CAST(:left AS text[]) WHERE id = :id")
          .param("left", left)
          .param("id", usersId)
          .update();
      restore(master, out, ofEurope, "x").assertRefused(400, "storage.tables.columnNotExists");
    }
    assertThat(master.delete("tables/" + users + "?force=1").status()).isEqualTo(204);
    restore(master, out, ofEurope, "x").assertRefused(404, "storage.tables.notFound");
    assertThat(tablesIn(out)).isEmpty();
    assertThat(
            master
                .get("snapshots/" + ofEurope)
                .json(200)
                .path("table")
                .path("sourceTable")
                .path("id")
                .asString())
        .as("it outlives alias and source")
        .isEqualTo(users);
  }

  @Test
  void rollbackGivesColumnsAndFilterBack() {
    String alias = alias("eu", users, EUROPE);
    String narrow = snapshot(alias);
    assertThat(master.delete("tables/" + alias + "/alias-filter").status()).isEqualTo(204);
    master.post("tables/" + alias + "/alias-columns-auto-sync", Map.of());
    String whole = snapshot(alias);

    JsonNode job =
        done(
            master.post("tables/" + alias + "/rollback", Map.of("snapshotId", narrow)),
            "tableRollback");

    assertThat(job.path("results").path("aliasFilter").toString()).isEqualTo(EUROPES_FILTER);
    assertThat(texts(table(alias).path("columns"))).containsExactly("name", "id");
    assertThat(TENANT.events(alias)).contains("storage.tableRolledBack");
    done(
        master.post("tables/" + alias + "/rollback", Map.of("snapshotId", whole)), "tableRollback");
    assertThat(table(alias).path("aliasColumnsAutoSync").asBoolean()).isTrue();
    assertThat(table(alias).has("aliasFilter")).isFalse();

    alias("of-eu", alias, Map.of());
    master
        .post("tables/" + alias + "/rollback", Map.of("snapshotId", narrow))
        .assertRefused(400, "storage.dependentObjects");
    assertThat(table(alias).has("aliasFilter")).isFalse();
    done(
        master.post("tables/" + alias + "/rollback", Map.of("snapshotId", whole)), "tableRollback");
    master
        .post("tables/" + out + ".of-eu/rollback", Map.of("snapshotId", whole))
        .assertRefused(400, "storage.validation");
  }

  @Test
  void rollbackTakesTheRightToReadTheSource() {
    String alias = alias("eu", users, Map.of());
    String whole = snapshot(alias);
    master.post(
        "tables/" + alias + "/alias-filter", Map.of("column", "region", "values", List.of("eu")));
    Client writer = TENANT.client(false, false);
    TENANT.grant(writer, out, "WRITE");

    writer
        .post("tables/" + alias + "/rollback", Map.of("snapshotId", whole))
        .assertRefused(403, "accessDenied");

    assertThat(table(alias).path("aliasFilter").path("values").toString()).isEqualTo("[\"eu\"]");
  }

  @Test
  void tableThatWasAnAliasIsNotRolledBackToIt() {
    String alias = alias("own", users, Map.of());
    String id = snapshot(alias);
    long job = master.delete("tables/" + alias + "?unlink=1&async=1").json(202).path("id").asLong();
    JobMessage message = GATEWAY.worker().receive(job);
    JobTask.DefineTable task = (JobTask.DefineTable) message.task();
    GATEWAY
        .worker()
        .changed(
            message,
            new TableState(task.tableId(), 1, List.of("id"), List.of("id"), 0, 0, null, false));
    Worker.finished(master, job);

    master
        .post("tables/" + alias + "/rollback", Map.of("snapshotId", id))
        .assertRefused(400, "storage.validation");
    done(restore(master, out, id, "again"), "tableCreate");
    assertThat(table(out + ".again").path("isAlias").asBoolean()).isTrue();
  }

  @Test
  void deletedSnapshotIsGoneAndTheAliasStays() {
    String alias = alias("eu", users, EUROPE);
    String id = snapshot(alias);

    done(master.delete("snapshots/" + id), "tableSnapshotDelete");

    master.get("snapshots/" + id).assertRefused(404, "storage.snapshots.notFound");
    restore(master, out, id, "x").assertRefused(404, "storage.snapshots.notFound");
    master
        .post("tables/" + alias + "/rollback", Map.of("snapshotId", id))
        .assertRefused(404, "storage.snapshots.notFound");
    assertThat(master.get("tables/" + alias + "/snapshots").json(200)).isEmpty();
    assertThat(table(alias).path("aliasFilter").toString()).isEqualTo(EUROPES_FILTER);
    assertThat(TENANT.events(alias)).contains("storage.tableSnapshotDeleted");
  }

  @Test
  void aliasOfALentTableComesBackWhileItIsLent() {
    Tenant borrowing = Tenant.in(GATEWAY, 1);
    Client borrower = borrowing.master();
    master.post("buckets/" + in + "/share-organization-project", Map.of()).json(202);
    String linked =
        borrower
            .post(
                "buckets",
                Map.of("name", "l", "sourceProjectId", TENANT.project(), "sourceBucketId", in))
            .json(201)
            .path("id")
            .asString();
    String own = borrower.newBucket();
    String alias =
        borrower
            .post("buckets/" + own + "/table-aliases", Map.of("sourceTable", linked + ".users"))
            .json(201)
            .path("id")
            .asString();
    borrower
        .post("tables/" + linked + ".users/snapshots", Map.of())
        .assertRefused(403, "accessDenied");
    long job =
        borrower.post("tables/" + alias + "/snapshots", Map.of()).json(202).path("id").asLong();
    String id = Worker.finished(borrower, job).path("results").path("id").asString();

    assertThat(restore(borrower, own, id, "second").status()).isEqualTo(202);
    assertThat(
            borrower
                .get("tables/" + own + ".second")
                .json(200)
                .path("sourceTable")
                .path("id")
                .asString())
        .isEqualTo(linked + ".users");
    assertThat(master.delete("buckets/" + in + "/links/" + borrowing.project()).status())
        .isEqualTo(204);
    restore(borrower, own, id, "third").assertRefused(404, "storage.tables.notFound");
    restore(master, out, id, "stolen").assertRefused(404, "storage.snapshots.notFound");
  }
}
