package io.penstock.service;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that tells of an error (contract, chapter 1.5).
 *
 * @param error what happened and what to change
 * @param code the machine's code; absent from the JSON when there is none
 * @param exceptionId finds the log line and the audit record
 * @param status always {@code error}: a 503 of ours is one to try again, not an announced
 *     maintenance (chapter 1.6)
 * @param message a copy of {@code error}, for the R client
 * @param details further members of the envelope, such as a list of validation errors
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ErrorEnvelope(
    String error,
    @Nullable String code,
    String exceptionId,
    String status,
    String message,
    @JsonAnyGetter Map<String, Object> details) {
  private static final Set<String> OWN_NAMES =
      Set.of("error", "code", "exceptionId", "status", "message");

  public ErrorEnvelope {
    Map<String, Object> others = new LinkedHashMap<>(details);
    others.keySet().removeAll(OWN_NAMES);
    details = Map.copyOf(others);
  }

  public static ErrorEnvelope of(ErrorCode code, String text, String exceptionId) {
    return of(code, text, exceptionId, Map.of());
  }

  /** An exception whose code makes it our own fault tells the caller nothing but where to look. */
  public static ErrorEnvelope of(PlatformException exception, String exceptionId) {
    return exception.code().category() == ErrorCode.Category.OURS
        ? internal(exceptionId)
        : of(exception.code(), exception.text(), exceptionId, exception.context());
  }

  /** For whatever was not foreseen. */
  public static ErrorEnvelope internal(String exceptionId) {
    return of(
        ErrorCode.INTERNAL,
        "Internal error. Contact the operator of this server and name " + exceptionId + ".",
        exceptionId);
  }

  private static ErrorEnvelope of(
      ErrorCode code, String text, String exceptionId, Map<String, Object> details) {
    return new ErrorEnvelope(text, code.wireCode(), exceptionId, "error", text, details);
  }

  /** For edges that write answers without a message converter. */
  public byte[] toJson() {
    return Json.write(this).getBytes(StandardCharsets.UTF_8);
  }
}
