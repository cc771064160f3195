package io.penstock.storage.job;

import io.penstock.model.Json;
import io.penstock.model.job.JobOutcome.JobMetrics;
import io.penstock.storage.web.Addresses;
import io.penstock.storage.web.Timestamps;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * The contract's job object (chapter 2.8). Clients are picky: {@code error} is there exactly when
 * the status is {@code error}, no other key begins with {@code result} or {@code error}, metrics
 * are never null, and {@code url} is polled verbatim. {@code receipt} is ours: there for a load
 * that succeeded, in the detail only.
 */
final class JobJson {
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
  private static final String NO_METRICS = Json.write(JobMetrics.NONE);

  private JobJson() {}

  /**
   * @param baseUrl the public address by which the caller came in
   */
  static Map<String, Object> of(JobRow job, String baseUrl) {
    boolean success = job.status() == JobRow.Status.SUCCESS;
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", job.id());
    json.put("status", job.status().word());
    json.put("url", "%s/v2/storage/jobs/%d".formatted(baseUrl, job.id()));
    json.put("tableId", job.tableLabel());
    json.put("operationName", job.operation());
    json.put("operationParams", object(job.params()));
    json.put("createdTime", Timestamps.format(job.createdAt()));
    json.put("startTime", Timestamps.formatOrNull(job.startedAt()));
    json.put("endTime", Timestamps.formatOrNull(job.endedAt()));
    json.put("runId", job.runId());
    json.put(
        "results",
        success && job.results() != null
            ? Addresses.absolute(object(job.results()), baseUrl)
            : null);
    json.put("creatorToken", creator(job));
    json.put("metrics", object(job.metrics() == null ? NO_METRICS : job.metrics()));
    if (job.error() != null && job.status() == JobRow.Status.ERROR) {
      json.put("error", object(job.error()));
    }
    if (success && job.receipt() != null) {
      json.put("receipt", object(job.receipt()));
    }
    return withNulls(json);
  }

  private static Map<String, Object> creator(JobRow job) {
    Map<String, Object> creator = new LinkedHashMap<>();
    creator.put("id", job.tokenId() == null ? "" : Long.toString(job.tokenId()));
    creator.put("description", job.tokenDescription());
    return creator;
  }

  static Map<String, Object> object(String json) {
    return Json.mapper().readValue(json, OBJECT);
  }

  @SuppressWarnings(
      "unchecked") // the answer's nulls are wanted; the shared interface cannot say so
  private static Map<String, Object> withNulls(Map<String, ? extends @Nullable Object> json) {
    return (Map<String, Object>) json;
  }
}
