package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.TableState;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.job.JobTask.UndoImport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class UndoIT {
  private static final String REFUSED = "storage.tables.importNotUndoable";

  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();
  private final Worker worker = gateway.worker();
  private String bucket = "";
  private String table = "";
  private long tableId;

  @BeforeEach
  void tableWithOneLoad() {
    bucket = master.newBucket();
    JsonNode job =
        master
            .post("buckets/" + bucket + "/tables-async", Map.of("name", "t", "dataFileId", file()))
            .json(202);
    table = bucket + ".t";
    JobMessage message = worker.receive(id(job));
    tableId = ((LoadTable) message.task()).tableId();
    worker.loaded(message, tableId, 1, Instant.parse("2030-01-01T00:00:00Z"));
    Worker.finished(master, id(job));
  }

  @Test
  void fullLoadThatIsTheLastChangeIsUndone() {
    long load = loaded(false, 2, "2030-01-02T00:00:00Z");

    JsonNode accepted = undo().json(202);

    assertThat(accepted.path("operationName").asString()).isEqualTo("tableImportUndo");
    assertThat(accepted.path("operationParams").path("undoneJobId").asLong()).isEqualTo(load);
    assertThat(accepted.path("tableId").asString()).isEqualTo(table);
    JobMessage message = worker.receive(id(accepted));
    assertThat(message.task()).isEqualTo(new UndoImport(tableId, table, load));
    worker.changed(message, state(3, List.of("id"), "2030-01-03T00:00:00Z"));

    JsonNode finished = Worker.finished(master, id(accepted));
    assertThat(finished.path("status").asString()).isEqualTo("success");
    assertThat(finished.path("results").toString())
        .isEqualTo(
            """
            {"undoneJobId":%d,"totalRowsCount":2,"totalDataSizeBytes":8192,"columns":["id"]}\
            """
                .formatted(load));
    JsonNode detail = master.get("tables/" + table).json(200);
    assertThat(detail.path("columns")).extracting(JsonNode::asString).containsExactly("id");
    assertThat(detail.path("rowsCount").asLong()).isEqualTo(2);
    assertThat(detail.path("lastImportDate").asString()).isEqualTo("2030-01-03T00:00:00+0000");
    assertThat(detail.path("lastChangeDate").asString()).isEqualTo("2030-01-03T00:00:00+0000");
    assertThat(events()).contains("storage.tableImportUndone");
  }

  @Test
  void undoIsToldWhatAliasesName() {
    long load = loaded(false, 2, "2030-01-02T00:00:00Z");
    String path = "buckets/" + bucket + "/table-aliases";
    master
        .post(path, Map.of("sourceTable", table, "name", "a", "aliasColumns", List.of("id")))
        .json(201);

    JobMessage message = worker.receive(id(undo().json(202)));

    assertThat(message.task()).isEqualTo(new UndoImport(tableId, table, load, List.of("id")));
    master
        .post(path, Map.of("sourceTable", table, "name", "b", "aliasColumns", List.of("id")))
        .assertRefused(400, "storage.tables.validation");
    master.post(path, Map.of("sourceTable", table, "name", "b")).json(201);
  }

  @Test
  void jobsInBetweenAreNamed() {
    loaded(false, 2, "2030-01-02T00:00:00Z");
    long later = loaded(true, 3, "2030-01-03T00:00:00Z");

    Client.Answer refused = undo();

    refused.assertRefused(400, REFUSED);
    assertThat(refused.json().path("error").asString())
        .contains("job " + later + " (tableImport)")
        .contains("full load instead");
    JsonNode named = refused.json().path("contextParams").path("jobs");
    JsonNode jobs = named.isMissingNode() ? refused.json().path("jobs") : named;
    assertThat(jobs.get(0).path("id").asLong()).isEqualTo(later);
    assertThat(jobs.get(0).path("operationName").asString()).isEqualTo("tableImport");
  }

  @Test
  void acceptedJobThatHasNotEndedStandsInBetween() {
    loaded(false, 2, "2030-01-02T00:00:00Z");
    long waiting = accepted(true);

    Client.Answer refused = undo();

    refused.assertRefused(400, REFUSED);
    assertThat(refused.json().path("error").asString())
        .contains("job " + waiting + " (tableImport)", "Call again");
    JobMessage message = worker.receive(waiting);
    worker.failed(message, new JobError("invalidCsv", "Line 3", "e-1", Map.of()));
    Worker.finished(master, waiting);
    assertThat(undo().status()).as("a failed job changed nothing").isEqualTo(202);
  }

  @Test
  void undoneOnceCannotBeUndoneTwice() {
    long load = loaded(false, 2, "2030-01-02T00:00:00Z");
    long first = id(undo().json(202));

    assertThat(undo().json(400).path("error").asString())
        .contains("about to be changed by job " + first);
    worker.changed(worker.receive(first), state(3, List.of("id"), "2030-01-03T00:00:00Z"));
    Worker.finished(master, first);

    assertThat(undo().json(400).path("error").asString())
        .contains("Job " + load, "undone already, by job " + first);
  }

  @Test
  void creationAndAppendCannotBeUndone() {
    assertThat(undo().json(400).path("error").asString()).contains("only been created");

    loaded(true, 2, "2030-01-02T00:00:00Z");

    undo().assertRefused(400, REFUSED);
  }

  @Test
  void refusalByTheWorkerIsTheJobsErrorAndLeavesAnEvent() {
    loaded(false, 2, "2030-01-02T00:00:00Z");
    long job = id(undo().json(202));

    worker.failed(
        worker.receive(job),
        new JobError(REFUSED, "The previous rows were removed at …", "e-2", Map.of()));

    JsonNode failed = Worker.finished(master, job);
    assertThat(failed.path("error").path("code").asString()).isEqualTo(REFUSED);
    assertThat(master.get("tables/" + table).json(200).path("lastImportDate").asString())
        .isEqualTo("2030-01-02T00:00:00+0000");
    assertThat(events()).contains("storage.tableImportUndoError");
  }

  @Test
  void writingTheBucketIsNeeded() {
    loaded(false, 2, "2030-01-02T00:00:00Z");
    Client reader = gateway.limited();
    gateway.grant(reader, bucket, "READ");
    Client writer = gateway.limited();
    gateway.grant(writer, bucket, "WRITE");

    String path = "tables/" + table + "/undo-import";
    gateway.limited().post(path, Map.of()).assertRefused(403, "accessDenied");
    reader.post(path, Map.of()).assertRefused(403, "accessDenied");
    master
        .post("tables/" + bucket + ".nope/undo-import", Map.of())
        .assertRefused(404, "storage.tables.notFound");
    assertThat(writer.post(path, Map.of()).status()).isEqualTo(202);
  }

  private Client.Answer undo() {
    return master.post("tables/" + table + "/undo-import", Map.of());
  }

  private long loaded(boolean incremental, long sequence, String time) {
    long job = accepted(incremental);
    worker.loaded(worker.receive(job), tableId, sequence, Instant.parse(time));
    assertThat(Worker.finished(master, job).path("status").asString()).isEqualTo("success");
    return job;
  }

  private long accepted(boolean incremental) {
    return id(
        master
            .post(
                "tables/" + table + "/import-async",
                Map.of("dataFileId", file(), "incremental", incremental))
            .json(202));
  }

  private TableState state(long sequence, List<String> columns, String time) {
    return new TableState(
        tableId, sequence, columns, List.of("id"), 2, 8192, Instant.parse(time), false);
  }

  private List<String> events() {
    return gateway
        .jdbc()
        .sql(
            "SELECT body::jsonb ->> 'operation' FROM outbox_record WHERE body::jsonb -> 'object'"
                + " ->> 'id' = :id")
        .param("id", table)
        .query((rs, _) -> rs.getString(1))
        .list();
  }

  private static long id(JsonNode job) {
    return job.path("id").asLong();
  }

  private long file() {
    JsonNode file =
        master.post("files/prepare", Map.of("name", "a.csv", "federationToken", 1)).json(201);
    gateway
        .objects()
        .put(
            gateway.objectBucket(),
            file.path("uploadParams").path("key").asString(),
            "id\n1\n".getBytes(java.nio.charset.StandardCharsets.UTF_8),
            "text/csv");
    return id(file);
  }
}
