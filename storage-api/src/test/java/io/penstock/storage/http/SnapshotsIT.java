package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome.ExportReceipt;
import io.penstock.model.job.JobOutcome.Slice;
import io.penstock.model.job.JobTask;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Snapshots over HTTP; the worker's part is played. */
class SnapshotsIT {
  private static final Gateway GATEWAY = Gateway.get();
  private final Client master = GATEWAY.master();
  private final String bucket = master.newBucket();
  private final String table = newTable("t");

  @Test
  void snapshotKeepsWhatTheTableWas() {
    master.post(
        "tables/" + table + "/metadata",
        Map.of("provider", "user", "metadata", List.of(Map.of("key", "k", "value", "v"))));

    String id = snapshot("before clean-up");

    JsonNode detail = master.get("snapshots/" + id).json(200);
    assertThat(detail.path("id").asString()).isEqualTo(id);
    assertThat(detail.path("description").asString()).isEqualTo("before clean-up");
    assertThat(detail.path("type").asString()).isEqualTo("table");
    assertThat(detail.path("creatorToken").path("id").asLong()).isEqualTo(master.tokenId());
    assertThat(detail.path("table").path("id").asString()).isEqualTo(table);
    assertThat(detail.path("table").path("columns"))
        .extracting(JsonNode::asString)
        .containsExactly("id", "name");
    assertThat(detail.path("table").path("metadata").path(0).path("value").asString())
        .isEqualTo("v");
    JsonNode file = master.get("files/" + detail.path("dataFileId").asString()).json(200);
    assertThat(file.path("isSliced").asBoolean()).isTrue();
    assertThat(file.path("maxAgeDays").isNull()).as("it never expires").isTrue();
    JsonNode list = master.get("tables/" + table + "/snapshots").json(200);
    assertThat(list).hasSize(1);
    assertThat(list.path(0).has("table")).isFalse();
    assertThat(master.get("tables/" + table + "/snapshots?offset=1").json(200)).isEmpty();
  }

  @Test
  void newTableGetsStructureAndWhatWasWrittenOnIt() {
    master.post(
        "tables/" + table + "/metadata",
        Map.of(
            "provider", "user",
            "metadata", List.of(Map.of("key", "k", "value", "v")),
            "columnsMetadata", Map.of("name", List.of(Map.of("key", "c", "value", "w")))));
    String id = snapshot("");

    long job =
        master
            .post("buckets/" + bucket + "/tables-async", Map.of("snapshotId", id, "name", "again"))
            .json(202)
            .path("id")
            .asLong();
    JobMessage message = GATEWAY.worker().receive(job);
    JobTask.RestoreTable task = (JobTask.RestoreTable) message.task();
    GATEWAY.worker().loaded(message, task.load().tableId(), 1, Instant.now());

    assertThat(task.load().create()).isTrue();
    assertThat(task.load().primaryKey()).containsExactly("id");
    assertThat(task.columns())
        .extracting(JobTask.DefinedColumn::name)
        .containsExactly("id", "name");
    assertThat(task.load().file().sliced()).isTrue();
    JsonNode results = Worker.finished(master, job).path("results");
    assertThat(results.path("id").asString()).isEqualTo(bucket + ".again");
    assertThat(results.path("metadata").path(0).path("value").asString()).isEqualTo("v");
    assertThat(results.path("columnMetadata").path("name").path(0).path("value").asString())
        .isEqualTo("w");
  }

  @Test
  void rollbackGivesTheTableColumnsAndKeyOfThen() {
    String id = snapshot("");

    long job =
        master
            .post("tables/" + table + "/rollback", Map.of("snapshotId", id))
            .json(202)
            .path("id")
            .asLong();
    JobMessage message = GATEWAY.worker().receive(job);
    JobTask.RestoreTable task = (JobTask.RestoreTable) message.task();
    GATEWAY.worker().loaded(message, task.load().tableId(), 2, Instant.now());

    assertThat(task.load().create()).isFalse();
    assertThat(Worker.finished(master, job).path("results").path("id").asString()).isEqualTo(table);
  }

  @Test
  void rollbackRestoresIndexedColumns() {
    master.post("tables/" + table + "/indexed-columns", Map.of("name", "name"));
    assertThat(indexed()).containsExactly("id", "name");
    String id = snapshot("");
    assertThat(master.delete("tables/" + table + "/indexed-columns/name").status()).isEqualTo(204);

    long job = rollBack(id).json(202).path("id").asLong();
    JobMessage message = GATEWAY.worker().receive(job);
    JobTask.RestoreTable task = (JobTask.RestoreTable) message.task();
    GATEWAY.worker().loaded(message, task.load().tableId(), 2, Instant.now());

    JsonNode results = Worker.finished(master, job).path("results");
    assertThat(results.path("indexedColumns").toString()).contains("\"name\"");
    assertThat(indexed()).contains("name");
  }

  @Test
  void rollbackTakesNoColumnThatAnAliasNames() {
    String id = snapshot("");
    GATEWAY
        .jdbc()
        .sql(
            "UPDATE data_table SET columns = columns || '{more}' WHERE name = 't' AND bucket_id ="
                + " (SELECT id FROM bucket WHERE stage || '.' || name = :bucket)")
        .param("bucket", bucket)
        .update();
    String alias = bucket + ".named";
    alias("named", "id", "more").json(201);

    rollBack(id).assertRefused(400, "storage.tables.cannotDeleteReferencedColumn");

    assertThat(master.delete("tables/" + alias).status()).isEqualTo(204);
    alias("kept", "id").json(201);
    rollBack(id).json(202);
    alias("late", "more").assertRefused(400, "storage.tables.validation");
    alias("also", "name").json(201);
  }

  private Client.Answer alias(String name, String... columns) {
    return master.post(
        "buckets/" + bucket + "/table-aliases",
        Map.of("sourceTable", table, "name", name, "aliasColumns", List.of(columns)));
  }

  private Client.Answer rollBack(String snapshot) {
    return master.post("tables/" + table + "/rollback", Map.of("snapshotId", snapshot));
  }

  private List<String> indexed() {
    return master
        .get("tables/" + table)
        .json(200)
        .path("indexedColumns")
        .valueStream()
        .map(JsonNode::asString)
        .toList();
  }

  @Test
  void snapshotOutlivesItsTableAndIsGoneWhenItIsDeleted() {
    String id = snapshot("");
    assertThat(master.delete("tables/" + table).status()).isEqualTo(204);

    assertThat(master.get("snapshots/" + id).json(200).path("table").path("name").asString())
        .isEqualTo("t");
    master.get("tables/" + table + "/snapshots").assertRefused(404, "storage.tables.notFound");
    long job = master.delete("snapshots/" + id).json(202).path("id").asLong();

    assertThat(Worker.finished(master, job).path("status").asString()).isEqualTo("success");
    master.get("snapshots/" + id).assertRefused(404, "storage.snapshots.notFound");
    master.delete("snapshots/" + id).assertRefused(404, "storage.snapshots.notFound");
    master
        .post("buckets/" + bucket + "/tables-async", Map.of("snapshotId", id, "name", "x"))
        .assertRefused(404, "storage.snapshots.notFound");
  }

  @Test
  void failedSnapshotLeavesNothing() {
    long job =
        master.post("tables/" + table + "/snapshots", Map.of()).json(202).path("id").asLong();
    GATEWAY
        .worker()
        .failed(
            GATEWAY.worker().receive(job),
            new io.penstock.model.job.JobOutcome.JobError("internalError", "m", "e", Map.of()));

    assertThat(Worker.finished(master, job).path("status").asString()).isEqualTo("error");
    assertThat(master.get("tables/" + table + "/snapshots").json(200)).isEmpty();
  }

  @Test
  void rightsAreThoseOfTheBucket() {
    String id = snapshot("");
    Client nobody = GATEWAY.limited();
    Client reader = GATEWAY.limited();
    GATEWAY.grant(reader, bucket, "READ");

    nobody.get("snapshots/" + id).assertRefused(403, "accessDenied");
    reader.get("snapshots/" + id).json(200);
    reader.delete("snapshots/" + id).assertRefused(403, "accessDenied");
    reader.post("tables/" + table + "/snapshots", Map.of()).assertRefused(403, "accessDenied");
    reader
        .post("tables/" + table + "/rollback", Map.of("snapshotId", id))
        .assertRefused(403, "accessDenied");
  }

  @Test
  void eventsNameTheSnapshot() {
    String id = snapshot("before");
    long job =
        master
            .post("buckets/" + bucket + "/tables-async", Map.of("snapshotId", id, "name", "again"))
            .json(202)
            .path("id")
            .asLong();
    JobMessage message = GATEWAY.worker().receive(job);
    JobTask.RestoreTable task = (JobTask.RestoreTable) message.task();
    GATEWAY.worker().loaded(message, task.load().tableId(), 1, Instant.now());
    Worker.finished(master, job);

    JsonNode made = params("storage.tableSnapshotCreated", table);
    assertThat(made.path("snapshotId").asString()).isEqualTo(id);
    assertThat(made.path("description").asString()).isEqualTo("before");
    JsonNode restored = params("storage.tableCreated", bucket + ".again");
    assertThat(restored.path("snapshotId").asString()).isEqualTo(id);
    assertThat(restored.has("csv")).isFalse();
  }

  private JsonNode params(String event, String label) {
    return GATEWAY
        .jdbc()
        .sql(
            "SELECT body::jsonb ->> 'params' FROM outbox_record"
                + " WHERE body::jsonb ->> 'operation' = :event"
                + " AND body::jsonb -> 'object' ->> 'id' = :id")
        .param("event", event)
        .param("id", label)
        .query((rs, _) -> Json.read(rs.getString(1), JsonNode.class))
        .single();
  }

  @Test
  void fileOfASnapshotStaysAsLongAsTheSnapshot() {
    String id = snapshot("");
    String file = master.get("snapshots/" + id).json(200).path("dataFileId").asString();

    for (String query : List.of("", "?async=1")) {
      Client.Answer refusal = master.delete("files/" + file + query);
      refusal.assertRefused(400, "storage.validation");
      assertThat(refusal.json(400).path("error").asString()).contains("snapshot " + id);
    }

    assertThat(master.get("files/" + file).status()).isEqualTo(200);
    assertThat(master.delete("snapshots/" + id).status()).isEqualTo(202);
    master.delete("files/" + file).assertRefused(404, "storage.files.notFound");
  }

  @Test
  void wrongCallsAreRefused() {
    String id = snapshot("");
    String other = newTable("u");

    master.get("snapshots/abc").assertRefused(404, "notFound");
    master.get("snapshots/999999999").assertRefused(404, "storage.snapshots.notFound");
    for (Object description : List.<Object>of(List.of("x"), 5, true, Map.of())) {
      master
          .post("tables/" + table + "/snapshots", Map.of("description", description))
          .assertRefused(400, "storage.validation");
    }
    master.post("tables/" + table + "/rollback", Map.of()).assertRefused(400, "storage.validation");
    master
        .post("tables/" + other + "/rollback", Map.of("snapshotId", id))
        .assertRefused(400, "storage.validation");
    master
        .post("buckets/" + bucket + "/tables-async", Map.of("snapshotId", id))
        .assertRefused(400, "storage.buckets.tableAlreadyExists");
    master
        .post("tables/" + table + "/import-async", Map.of("snapshotId", id))
        .assertRefused(400, "storage.validation");
  }

  private String snapshot(String description) {
    long job =
        master
            .post("tables/" + table + "/snapshots", Map.of("description", description))
            .json(202)
            .path("id")
            .asLong();
    JobMessage message = GATEWAY.worker().receive(job);
    JobTask.ExportTable export = (JobTask.ExportTable) message.task();
    GATEWAY
        .objects()
        .put(
            export.bucket(),
            export.key() + "manifest",
            "{\"entries\":[]}".getBytes(StandardCharsets.UTF_8),
            "application/json");
    GATEWAY
        .worker()
        .exported(
            message,
            new ExportReceipt(
                List.of("id", "name"),
                List.of(new Slice(export.key() + "0000_part_00.gz", 20)),
                0,
                0.1,
                1));
    JsonNode finished = Worker.finished(master, job);
    assertThat(finished.path("status").asString()).as(finished.toString()).isEqualTo("success");
    return finished.path("results").path("id").asString();
  }

  private String newTable(String name) {
    GATEWAY
        .jdbc()
        .sql(
            """
            INSERT INTO data_table (project_id, bucket_id, name, display_name, state, columns, primary_key, created_at)
            SELECT 12, id, :name, :name, 'READY', '{id,name}', '{id}', now()
            FROM bucket WHERE stage || '.' || name = :bucket
            """)
        .param("name", name)
        .param("bucket", bucket)
        .update();
    return bucket + "." + name;
  }
}
