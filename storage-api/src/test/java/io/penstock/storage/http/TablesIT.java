package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome.ExportReceipt;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.Slice;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.trail.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TablesIT {
  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();
  private final Worker worker = gateway.worker();
  private final String bucket = master.newBucket();

  private long uploaded() {
    JsonNode file =
        master
            .post("files/prepare", Map.of("name", "users.csv", "federationToken", true))
            .json(201);
    gateway
        .objects()
        .put(
            gateway.objectBucket(),
            file.path("uploadParams").path("key").asString(),
            "id,name\n".getBytes(StandardCharsets.UTF_8),
            "text/csv");
    return file.path("id").asLong();
  }

  private JsonNode create(String name) {
    return master
        .post(
            "buckets/" + bucket + "/tables-async",
            Map.of("name", name, "dataFileId", uploaded(), "primaryKey", "id"))
        .json(202);
  }

  private String created(String name) {
    long job = create(name).path("id").asLong();
    JobMessage message = worker.receive(job);
    worker.loaded(message, tableId(message), 1, Instant.parse("2030-01-02T10:00:00.5Z"));
    assertThat(Worker.finished(master, job).path("status").asString()).isEqualTo("success");
    return bucket + "." + name;
  }

  private static long tableId(JobMessage message) {
    return ((LoadTable) message.task()).tableId();
  }

  @Test
  void tableIsSeenWithItsJobsSuccessAndNotBefore() {
    JsonNode job = create("users");
    String id = bucket + ".users";
    master.get("tables/" + id).assertRefused(404, "storage.tables.notFound");
    assertThat(job.path("operationName").asString()).isEqualTo("tableCreate");
    assertThat(job.path("tableId").asString()).isEqualTo(id);
    assertThat(job.path("operationParams").path("source").path("type").asString())
        .isEqualTo("file");

    JobMessage message = worker.receive(job.path("id").asLong());
    assertThat(message.task())
        .isInstanceOfSatisfying(
            LoadTable.class,
            task -> {
              assertThat(task.create()).isTrue();
              assertThat(task.primaryKey()).containsExactly("id");
            });
    worker.loaded(message, tableId(message), 1, Instant.parse("2030-01-02T10:00:00.5Z"));

    JsonNode finished = Worker.finished(master, job.path("id").asLong());
    JsonNode detail = master.get("tables/" + id).json(200);
    assertThat(finished.path("results").path("id").asString()).isEqualTo(id);
    assertThat(finished.path("results").path("uri").asString())
        .isEqualTo("https://storage.test/v2/storage/tables/" + id);
    assertThat(finished.path("results").propertyNames())
        .containsExactlyElementsOf(detail.propertyNames());
    assertThat(detail.path("columns")).extracting(JsonNode::asString).containsExactly("id", "name");
    assertThat(detail.path("lastImportDate").asString()).isEqualTo("2030-01-02T10:00:00+0000");
    assertThat(detail.path("bucket").path("rowsCount").asLong()).isEqualTo(5);
    assertThat(master.get("buckets/" + bucket + "/tables?include=columns").json(200)).hasSize(1);
  }

  @Test
  void importReportsTheContractsResults() {
    String id = created("orders");

    JsonNode job =
        master
            .post(
                "tables/" + id + "/import-async",
                Map.of("dataFileId", uploaded(), "incremental", 1, "delimiter", "\\t"))
            .json(202);
    JobMessage message = worker.receive(job.path("id").asLong());
    assertThat(message.task())
        .isInstanceOfSatisfying(
            LoadTable.class,
            task -> {
              assertThat(task.create()).isFalse();
              assertThat(task.incremental()).isTrue();
              assertThat(task.csv().delimiter()).isEqualTo("\t");
            });
    worker.loaded(message, tableId(message), 2, Instant.parse("2030-01-03T10:00:00Z"));

    JsonNode results = Worker.finished(master, job.path("id").asLong()).path("results");
    assertThat(results.propertyNames())
        .containsExactly(
            "warnings",
            "transaction",
            "importedColumns",
            "importedRowsCount",
            "totalRowsCount",
            "totalDataSizeBytes",
            "timers",
            "status");
    assertThat(results.path("importedRowsCount").asLong()).isEqualTo(6);
    receiptIsInTheDetailOnly(job.path("id").asLong());
    assertThat(master.get("tables/" + id).json(200).path("lastImportDate").asString())
        .isEqualTo("2030-01-03T10:00:00+0000");
    assertThat(events(id))
        .contains("storage.tableCreated", "storage.tableImportStarted", "storage.tableImportDone");
    eventTellsWhatARestoreNeeds(id);
  }

  /** The command line client reads these without looking whether they are there. */
  private void eventTellsWhatARestoreNeeds(String tableId) {
    long number =
        gateway
            .jdbc()
            .sql(
                "SELECT max(number) FROM outbox_record WHERE body::jsonb -> 'object' ->> 'id' = :id"
                    + " AND body::jsonb ->> 'operation' = 'storage.tableImportDone'")
            .param("id", tableId)
            .query(Long.class)
            .single();
    JsonNode event = master.get("events/" + number).json(200);
    assertThat(event.path("type").asString()).isEqualTo("success");
    assertThat(event.path("params").toString())
        .isEqualTo(
            """
            {"incremental":true,"partial":false,"csv":{"delimiter":"\\t","enclosure":"\\"","escapedBy":""},\
            "source":{"fileName":"users.csv"}}\
            """);
    assertThat(event.path("attachments").get(0).path("url").asString()).startsWith("https://");
    assertThat(event.path("results").path("importedRowsCount").asLong()).isEqualTo(6);
    assertThat(event.path("performance").path("duration").asDouble()).isEqualTo(0.42);
  }

  /** As PHP sends it: everything that it knows of, null where it was not told. */
  @Test
  void nullsAndUnknownKeysAreAsGoodAsNone() {
    String body =
        """
        {"name":"php","dataFileId":%d,"bucketId":"%s","primaryKey":null,"columns":null,"distributionKey":null,
         "syntheticPrimaryKeyEnabled":null,"transactional":false,"delimiter":",","enclosure":"\\"","escapedBy":"",
         "displayName":null,"dataUrl":null,"snapshotId":null,"dataWorkspaceId":null,"dataTableName":null,
         "dataObject":null,"sourceTableId":null,"timestamp":null,"ofTomorrow":{"a":[1,{}]}}\
        """
            .formatted(uploaded(), bucket);

    JsonNode job =
        master
            .post(
                "buckets/" + bucket + "/tables-async",
                "application/json",
                body.getBytes(StandardCharsets.UTF_8))
            .json(202);

    LoadTable task = (LoadTable) worker.receive(job.path("id").asLong()).task();
    assertThat(task.primaryKey()).isEmpty();
    assertThat(task.csv().columns()).isEmpty();
    assertThat(task.csv().delimiter()).isEqualTo(",");
  }

  private void receiptIsInTheDetailOnly(long job) {
    JsonNode receipt = master.get("jobs/" + job).json(200).path("receipt");
    assertThat(receipt.toString())
        .isEqualTo(
            """
            {"objects":[{"key":"exp-15/12/users.csv","bytes":77,"sha256":"%s"}],"columns":["id","name"],\
            "recordsRead":6,"rowsInserted":5,"rowsUpdated":0,"rowsUnchanged":0,"rowsBefore":0,"rowsAfter":5,\
            "bytesAfter":16384,"seconds":0.42,"workerVersion":"test","recordId":"%s"}\
            """
                .formatted("ab".repeat(32), receipt.path("recordId").asString()));
    receiptIsVouchedForByItsRecord(job, receipt);
    assertThat(master.get("jobs").json(200))
        .anyMatch(listed -> listed.path("id").asLong() == job)
        .noneMatch(listed -> listed.has("receipt"));
  }

  private void receiptIsVouchedForByItsRecord(long job, JsonNode receipt) {
    JsonNode event = master.get("events/" + receipt.path("recordId").asString()).json(200);
    assertThat(event.path("event").asString()).isEqualTo("storage.tableImportDone");
    assertThat(event.path("results").path("receipt").path("jobId").asLong()).isEqualTo(job);
    assertThat(event.path("results").path("receipt").path("sha256").asString())
        .isEqualTo(sha256(CanonicalJson.of(receipt)));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> events(String tableId) {
    return gateway
        .jdbc()
        .sql(
            "SELECT body::jsonb ->> 'operation' FROM outbox_record WHERE body::jsonb -> 'object'"
                + " ->> 'id' = :id")
        .param("id", tableId)
        .query((rs, _) -> rs.getString(1))
        .list();
  }

  @Test
  void failedCreationGivesItsNameBack() {
    long job = create("again").path("id").asLong();
    master
        .post(
            "buckets/" + bucket + "/tables-async",
            Map.of("name", "again", "dataFileId", uploaded()))
        .assertRefused(400, "storage.buckets.tableAlreadyExists");

    worker.failed(worker.receive(job), new JobError("invalidCsv", "Record 3 …", "e-1", Map.of()));

    JsonNode failed = Worker.finished(master, job);
    assertThat(failed.path("error").path("code").asString()).isEqualTo("invalidCsv");
    assertThat(failed.has("receipt")).isFalse();
    created("again");
  }

  @Test
  void lateResultNeverResurrects() {
    String id = created("late");
    long job =
        master
            .post("tables/" + id + "/import-async", Map.of("dataFileId", uploaded()))
            .json(202)
            .path("id")
            .asLong();
    JobMessage message = worker.receive(job);

    assertThat(master.delete("tables/" + id).status()).isEqualTo(204);
    worker.loaded(message, tableId(message), 9, Instant.now());

    assertThat(Worker.finished(master, job).path("status").asString()).isEqualTo("success");
    master.get("tables/" + id).assertRefused(404, "storage.tables.notFound");
    assertThat(master.get("tables").json(200))
        .extracting(table -> table.path("id").asString())
        .doesNotContain(id);
  }

  @Test
  void olderStateIsIgnored() {
    String id = created("order");
    long first = load(id);
    JobMessage message = worker.receive(first);
    worker.loaded(message, tableId(message), 1, Instant.parse("2029-01-01T00:00:00Z"));
    Worker.finished(master, first);

    assertThat(master.get("tables/" + id).json(200).path("lastImportDate").asString())
        .isEqualTo("2030-01-02T10:00:00+0000");
  }

  private long load(String id) {
    return master
        .post("tables/" + id + "/import-async", Map.of("dataFileId", uploaded()))
        .json(202)
        .path("id")
        .asLong();
  }

  @Test
  void exportWritesASlicedFile() {
    String id = created("out");

    JsonNode job =
        master
            .post("tables/" + id + "/export-async", Map.of("gzip", true, "columns", "name"))
            .json(202);
    JobMessage message = worker.receive(job.path("id").asLong());
    JobTask.ExportTable task = (JobTask.ExportTable) message.task();
    assertThat(task.query().columns()).containsExactly("name");
    assertThat(task.key()).matches("exp-15/12/table-exports/in/c-\\w+/out/\\d+\\.csv");
    worker.exported(
        message,
        new ExportReceipt(
            List.of("name"), List.of(new Slice(task.key() + "0000_part_00.gz", 77)), 5, 0.1));

    JsonNode results = Worker.finished(master, job.path("id").asLong()).path("results");
    assertThat(results.path("cacheHit").asBoolean()).isFalse();
    JsonNode file = master.get("files/" + results.path("file").path("id").asLong()).json(200);
    assertThat(file.path("isSliced").toString()).isEqualTo("true");
    assertThat(file.path("fileType").asString()).isEqualTo("csv");
    assertThat(file.path("name").asString()).isEqualTo(id + ".csv");
    assertThat(file.path("sizeBytes").asLong()).isEqualTo(77);
    master
        .post("files/" + file.path("id").asLong() + "/credentials", Map.of())
        .assertRefused(403, "accessDenied");
    master
        .post("tables/" + id + "/export-async", Map.of("columns", "nope"))
        .assertRefused(400, "storage.tables.columnNotExists");
  }

  @Test
  void sourceIsCheckedBeforeTheJob() {
    String path = "buckets/" + bucket + "/tables-async";
    long missing =
        master
            .post("files/prepare", Map.of("name", "a.csv", "federationToken", 1))
            .json(201)
            .path("id")
            .asLong();
    Map<String, Object> params = new HashMap<>(Map.of("name", "sources"));

    params.put("dataFileId", missing);
    master.post(path, params).assertRefused(400, "storage.fileNotUploaded");
    JsonNode sliced =
        master
            .post("files/prepare", Map.of("name", "s.csv", "federationToken", 1, "isSliced", 1))
            .json(201);
    params.put("dataFileId", sliced.path("id").asLong());
    master.post(path, params).assertRefused(400, "storage.fileNotUploaded");
    String key = sliced.path("uploadParams").path("key").asString();
    gateway
        .objects()
        .put(gateway.objectBucket(), key + "part1", new byte[] {'1', '\n'}, "text/csv");
    params.put("name", "slices");
    params.put("columns", "id");
    assertThat(master.post(path, params).status())
        .as("that the manifest is missing is the job's error")
        .isEqualTo(202);
    params.remove("columns");
    params.put("name", "sources");
    params.put("dataFileId", 999_999_999);
    master.post(path, params).assertRefused(404, "storage.files.notFound");
    params.put("dataFileId", uploaded());
    Client writer = gateway.limited();
    gateway.grant(writer, bucket, "WRITE");
    writer.post(path, params).assertRefused(403, "accessDenied");
    Client reader = gateway.limited();
    gateway.grant(reader, bucket, "READ");
    reader.post(path, params).assertRefused(403, "accessDenied");
  }

  @Test
  void bucketWithTablesIsDeletedByForceOnly() {
    created("one");
    Client.Answer refused = master.delete("buckets/" + bucket + "?force=False");
    refused.assertRefused(400, "buckets.deleteNotEmpty");
    assertThat(refused.json().path("error").asString())
        .isEqualTo("Only empty buckets can be deleted. There are 1 tables in the bucket.");

    assertThat(master.delete("buckets/" + bucket + "?force=1").status()).isEqualTo(204);
    master.get("tables/" + bucket + ".one").assertRefused(404, "storage.tables.notFound");
  }
}
