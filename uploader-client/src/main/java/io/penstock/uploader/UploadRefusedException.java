package io.penstock.uploader;

import tools.jackson.databind.JsonNode;

/**
 * The server understood and said no: trying again changes nothing, the request or the file has to
 * change.
 */
public final class UploadRefusedException extends UploaderException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String exceptionId;

  /** JSON text. */
  private final String context;

  UploadRefusedException(int status, String code, String message, String exceptionId) {
    this(status, code, message, exceptionId, "");
  }

  private UploadRefusedException(
      int status, String code, String message, String exceptionId, String context) {
    super(message, null);
    this.context = context;
    this.status = status;
    this.code = code;
    this.exceptionId = exceptionId;
  }

  /** Reads the API's error envelope; an answer without one is described by its status. */
  static UploadRefusedException from(Answer answer) {
    JsonNode body = answer.json();
    String message = body.path("error").asString("");
    if (message.isEmpty()) {
      message = body.path("message").asString("");
    }
    if (message.isEmpty()) {
      message = "the server answered HTTP %d; is the URL right?".formatted(answer.status());
    }
    return new UploadRefusedException(
        answer.status(),
        body.path("code").asString(""),
        message,
        body.path("exceptionId").asString(""));
  }

  /** Reads the {@code error} of a job that failed. */
  static UploadRefusedException fromJob(JsonNode job) {
    JsonNode error = job.path("error");
    return new UploadRefusedException(
        0,
        error.path("code").asString(""),
        "job %d failed: %s"
            .formatted(job.path("id").asLong(0), error.path("message").asString("no reason given")),
        error.path("exceptionId").asString(""),
        error.path("contextParams").toString());
  }

  /**
   * Details of a failed job ({@code contextParams}) as the server wrote them, such as {@code
   * problems}, the records that could not be loaded; a missing node when there are none.
   */
  public JsonNode context() {
    return context.isEmpty() ? Answer.JSON.missingNode() : Answer.JSON.readTree(context);
  }

  /** HTTP status of the refusal; 0 when a job failed after its call was accepted. */
  public int status() {
    return status;
  }

  /**
   * Machine-readable code of the contract, {@code storage.buckets.notFound}; empty when none was
   * given.
   */
  public String code() {
    return code;
  }

  /** Leads the server's operators to their log line and audit record; empty when none was given. */
  public String exceptionId() {
    return exceptionId;
  }
}
