package io.penstock.uploader;

import io.penstock.uploader.Progress.Phase;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.JsonNode;

/**
 * One upload, step by step. What the server would refuse is found out before the first byte is
 * sent.
 */
final class Upload {
  private final ApiConnection api;
  private final StoreConnection store;
  private final Limits limits;
  private final SourceFile file;
  private final UploadRequest request;
  private final ProgressMeter meter;

  /**
   * What the client was built with.
   *
   * @param parallel parts on their way at a time
   * @param job longest wait for a job
   * @param fallbackRegion AWS region of a file whose answer names none
   */
  record Limits(int parallel, Duration job, String fallbackRegion) {}

  Upload(
      ApiConnection api,
      StoreConnection store,
      Limits limits,
      SourceFile file,
      UploadRequest request,
      Progress progress) {
    this.api = api.tellingOf(progress);
    this.store = store;
    this.limits = limits;
    this.file = file;
    this.request = request;
    this.meter = new ProgressMeter(progress, file.size());
  }

  UploadResult run() throws InterruptedException {
    long begin = api.time().nanos();
    meter.enter(Phase.PREPARING);
    boolean exists = checkTarget();
    UploadSlot slot = prepare();
    try (S3Client client = store.open(slot.access())) {
      new FileTransfer(client, slot, file, meter).run(limits.parallel());
    }
    meter.enter(Phase.IMPORTING);
    Load load = exists ? importInto(slot) : createTable(slot);
    JsonNode job =
        new JobWatch(api, limits.job()).await(load.job(), () -> meter.enter(Phase.IMPORTING));
    meter.enter(Phase.DONE);
    return result(slot, load.created(), job, Duration.ofNanos(api.time().nanos() - begin));
  }

  private record Load(boolean created, JsonNode job) {}

  /** Makes sure that there is a bucket, and answers whether there is a table. */
  private boolean checkTarget() throws InterruptedException {
    TableId table = request.table();
    if (api.find("buckets/" + table.bucket()).isEmpty()) {
      if (!request.createBucket()) {
        throw new UploadRefusedException(
            404,
            "storage.buckets.notFound",
            "the bucket %s does not exist".formatted(table.bucket()),
            "");
      }
      createBucket();
      return false;
    }
    Optional<Answer> found = api.find("tables/" + table);
    found.ifPresent(answer -> checkPrimaryKey(answer.json()));
    return found.isPresent();
  }

  private void createBucket() throws InterruptedException {
    TableId table = request.table();
    Answer answer =
        api.exchange(
            "POST", "buckets", Map.of("stage", table.stage(), "name", table.bareBucketName()));
    boolean someoneWasFaster =
        answer.status() == 400
            && answer
                .json()
                .path("code")
                .asString("")
                .equalsIgnoreCase("storage.buckets.alreadyExists");
    if (!answer.accepted() && !someoneWasFaster) {
      throw UploadRefusedException.from(answer);
    }
  }

  /**
   * An incremental load by another key than the caller believes would double rows without a word.
   */
  private void checkPrimaryKey(JsonNode table) {
    List<String> actual =
        table.path("primaryKey").valueStream().map(column -> column.asString("")).toList();
    if (!request.primaryKey().isEmpty() && !request.primaryKey().equals(actual)) {
      throw new IllegalArgumentException(
          "the table %s exists with the primary key %s, not %s"
              .formatted(request.table(), actual, request.primaryKey()));
    }
  }

  private UploadSlot prepare() throws InterruptedException {
    Map<String, Object> body =
        Map.of(
            "name", file.name(),
            "sizeBytes", file.size(),
            "federationToken", true,
            "isEncrypted", true,
            "tags", request.tags());
    JsonNode prepared = api.require("POST", "files/prepare", body).json();
    return UploadSlot.from(prepared, limits.fallbackRegion());
  }

  private Load importInto(UploadSlot slot) throws InterruptedException {
    Map<String, Object> body = sourceOf(slot);
    body.put("incremental", request.incremental());
    JsonNode job = api.require("POST", "tables/" + request.table() + "/import-async", body).json();
    return new Load(false, job);
  }

  private Load createTable(UploadSlot slot) throws InterruptedException {
    Map<String, Object> body = sourceOf(slot);
    body.put("name", request.table().name());
    if (!request.primaryKey().isEmpty()) {
      body.put("primaryKey", request.primaryKey());
    }
    try {
      String path = "buckets/" + request.table().bucket() + "/tables-async";
      return new Load(true, api.require("POST", path, body).json());
    } catch (UploadRefusedException refusal) {
      if (!refusal.code().equals("storage.buckets.tableAlreadyExists")) {
        throw refusal;
      }
      // Someone made the table while we were sending: it is then loaded like any other.
      checkPrimaryKey(api.require("GET", "tables/" + request.table(), null).json());
      return importInto(slot);
    }
  }

  private Map<String, Object> sourceOf(UploadSlot slot) {
    Map<String, Object> body = new HashMap<>();
    body.put("dataFileId", slot.fileId());
    body.put("delimiter", request.delimiter());
    body.put("enclosure", request.enclosure());
    body.put("escapedBy", "");
    return body;
  }

  private UploadResult result(UploadSlot slot, boolean created, JsonNode job, Duration took) {
    JsonNode results = job.path("results");
    long tableRows = results.path("rowsCount").asLong(0);
    return new UploadResult(
        request.table(),
        created,
        slot.fileId(),
        job.path("id").asLong(0),
        results.path("importedRowsCount").asLong(tableRows),
        results.path("totalRowsCount").asLong(tableRows),
        file.size(),
        took);
  }
}
