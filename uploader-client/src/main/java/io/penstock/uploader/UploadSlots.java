package io.penstock.uploader;

import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Asks the API for places in the object store. Thread-safe. */
final class UploadSlots {
  private static final String UPLOADED = "storage.files.alreadyUploaded";

  private final ApiConnection api;
  private final String fallbackRegion;

  UploadSlots(ApiConnection api, String fallbackRegion) {
    this.api = api;
    this.fallbackRegion = fallbackRegion;
  }

  /** What became of a place that was prepared earlier. */
  sealed interface Reopened {
    /** Nothing was put into it yet. */
    record Open(UploadSlot slot) implements Reopened {}

    /** Its object is there. */
    record Uploaded() implements Reopened {}

    /**
     * It does not exist any more, belongs to another token, or the server lends no second
     * credentials.
     */
    record Gone() implements Reopened {}
  }

  /** Makes a place for the object that {@code plan} says. */
  UploadSlot prepare(ObjectPlan plan, UploadRequest request) throws InterruptedException {
    Map<String, Object> body = new HashMap<>();
    body.put("name", plan.name());
    body.put("federationToken", true);
    body.put("isEncrypted", true);
    body.put("tags", request.tags());
    if (!plan.gzip()) {
      body.put("sizeBytes", plan.sourceBytes()); // of a packed object nobody knows it yet
    }
    JsonNode prepared = api.require("POST", "files/prepare", body).json();
    return UploadSlot.from(prepared, fallbackRegion);
  }

  Reopened reopen(long fileId) throws InterruptedException {
    Answer answer = api.exchange("POST", "files/" + fileId + "/credentials", Map.of());
    if (answer.accepted()) {
      return new Reopened.Open(UploadSlot.from(answer.json(), fallbackRegion));
    }
    if (answer.json().path("code").asString("").equals(UPLOADED)) {
      return new Reopened.Uploaded();
    }
    if (answer.status() == 401) {
      throw UploadRefusedException.from(answer);
    }
    return new Reopened.Gone();
  }
}
