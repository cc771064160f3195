package io.penstock.uploader;

import io.penstock.uploader.UploadState.Load;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** The table that a file is loaded into. */
final class LoadTarget {
  private final ApiConnection api;
  private final UploadRequest request;

  LoadTarget(ApiConnection api, UploadRequest request) {
    this.api = api;
    this.request = request;
  }

  /** Makes sure that there is a bucket, and answers whether there is a table. */
  boolean check() throws InterruptedException {
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

  /**
   * The job that loads the file, as it is now. Every step is in the journal before it is taken, so
   * that a later run asks for the same job by the same call.
   */
  JsonNode load(UploadJournal journal, UploadState state, Load load) throws InterruptedException {
    if (load.jobId() != null) {
      return api.require("GET", "jobs/" + load.jobId(), null).json();
    }
    Load asked = load;
    JsonNode job;
    journal.write(state.withLoad(asked));
    try {
      job = post(state.fileId(), asked);
    } catch (UploadRefusedException refusal) {
      journal.write(state.withLoad(null)); // a refused call leaves no key behind
      if (!asked.createsTable() || !refusal.code().equals("storage.buckets.tableAlreadyExists")) {
        throw refusal;
      }
      // Someone made the table while we were sending: it is then loaded like any other.
      checkPrimaryKey(api.require("GET", "tables/" + request.table(), null).json());
      asked = planned(false);
      journal.write(state.withLoad(asked));
      job = post(state.fileId(), asked);
    }
    var known = new Load(asked.createsTable(), asked.idempotencyKey(), job.path("id").asLong(0));
    journal.write(state.withLoad(known));
    return job;
  }

  /** A call that nobody has made yet. */
  static Load planned(boolean createsTable) {
    return new Load(createsTable, UUID.randomUUID().toString(), null);
  }

  private JsonNode post(long fileId, Load load) throws InterruptedException {
    Map<String, Object> body = new HashMap<>();
    body.put("dataFileId", fileId);
    body.put("delimiter", request.delimiter());
    body.put("enclosure", request.enclosure());
    body.put("escapedBy", "");
    String path = "tables/" + request.table() + "/import-async";
    if (load.createsTable()) {
      path = "buckets/" + request.table().bucket() + "/tables-async";
      body.put("name", request.table().name());
      if (!request.primaryKey().isEmpty()) {
        body.put("primaryKey", request.primaryKey());
      }
    } else {
      body.put("incremental", request.incremental());
    }
    return api.post(path, body, load.idempotencyKey()).json();
  }
}
