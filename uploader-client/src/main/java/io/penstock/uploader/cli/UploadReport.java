package io.penstock.uploader.cli;

import io.penstock.uploader.SentObject;
import io.penstock.uploader.UploadRefusedException;
import io.penstock.uploader.UploadResult;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code --json} writes: one object whose fields keep their names, whatever the upload comes
 * to; what is not known is null. Hears the upload on its way, to know the file and the job of one
 * that fails, and hands on what it hears.
 */
final class UploadReport implements ProgressDisplay {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ProgressDisplay display;
  private @Nullable Long fileId;
  private @Nullable SentObject sent;
  private @Nullable Long jobId;

  UploadReport(ProgressDisplay display) {
    this.display = display;
  }

  /** The upload succeeded. */
  String success(UploadResult result) {
    ObjectNode report = begin("success", ExitCode.DONE);
    report.put("table", result.table().toString());
    report.put("created", result.created());
    report.put("rows", result.rows());
    report.put("totalRows", result.totalRows());
    report.put("resumed", result.resumed());
    report.put("compared", result.compared());
    report.put("seconds", result.took().toMillis() / 1000.0);
    report.set("receipt", result.receipt().isObject() ? result.receipt() : null);
    report.putNull("error");
    return JSON.writeValueAsString(report);
  }

  /**
   * The upload failed.
   *
   * @param refusal what the server said; null when it was not the server
   */
  String failure(int exitCode, String message, @Nullable UploadRefusedException refusal) {
    ObjectNode report = begin("error", exitCode);
    for (String field :
        new String[] {
          "table", "created", "rows", "totalRows", "resumed", "compared", "seconds", "receipt"
        }) {
      report.putNull(field);
    }
    ObjectNode error = report.putObject("error");
    error.put("code", refusal == null ? null : given(refusal.code()));
    error.put("message", message);
    error.put("exceptionId", refusal == null ? null : given(refusal.exceptionId()));
    JsonNode problems = Problems.of(refusal);
    error.set("problems", problems.isArray() ? problems : JsonNodeFactory.instance.arrayNode());
    return JSON.writeValueAsString(report);
  }

  private static @Nullable String given(String text) {
    return text.isEmpty() ? null : text;
  }

  private ObjectNode begin(String status, int exitCode) {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    report.put("status", status);
    report.put("exitCode", exitCode);
    if (fileId == null) {
      report.putNull("file");
    } else {
      ObjectNode file = report.putObject("file");
      file.put("id", fileId);
      file.put("key", sent == null ? null : sent.key());
      file.put("bytes", sent == null ? null : (Long) sent.bytes());
      file.put("sha256", sent == null ? null : sent.sha256());
      file.put("parts", sent == null ? null : (Integer) sent.parts());
      file.put("partsKept", sent == null ? null : (Integer) sent.partsKept());
    }
    if (jobId == null) {
      report.putNull("job");
    } else {
      report.putObject("job").put("id", jobId);
    }
    return report;
  }

  @Override
  public void update(Phase phase, long bytesSent, long bytesTotal) {
    display.update(phase, bytesSent, bytesTotal);
  }

  @Override
  public void waiting(String reason, Duration pause) {
    display.waiting(reason, pause);
  }

  @Override
  public void note(String text) {
    display.note(text);
  }

  @Override
  public void prepared(long id) {
    fileId = id;
  }

  @Override
  public void sent(long id, SentObject object) {
    fileId = id;
    sent = object;
  }

  @Override
  public void accepted(long id) {
    jobId = id;
  }

  @Override
  public void close() {
    display.close();
  }
}
