package io.penstock.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorEnvelopeTest {

  @Test
  void envelopeHasTheContractsMembers() {
    var envelope = ErrorEnvelope.of(ErrorCode.VALIDATION, "tags must be an array", "penstock-1");

    assertThat(json(envelope))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "error", "tags must be an array",
                "code", "storage.validation",
                "exceptionId", "penstock-1",
                "status", "error",
                "message", "tags must be an array"));
  }

  @Test
  void codeIsAbsentWhenThereIsNone() {
    assertThat(json(ErrorEnvelope.of(ErrorCode.TOKEN_MISSING, "No token", "penstock-1")))
        .doesNotContainKey("code");
  }

  @Test
  void contextIsMergedButNeverOverwrites() {
    var exception =
        new PlatformException(
            ErrorCode.VALIDATION_FAILED,
            "Two problems",
            Map.of("errors", List.of(Map.of("key", "name")), "code", "other"),
            null);

    assertThat(json(ErrorEnvelope.of(exception, "penstock-1")))
        .containsEntry("code", "validation.failed")
        .containsEntry("errors", List.of(Map.of("key", "name")));
  }

  @Test
  void ownFaultTellsNothingButItsId() {
    var exception = new PlatformException(ErrorCode.INTERNAL, "relation \"secret\" is missing");

    assertThat(ErrorEnvelope.of(exception, "penstock-1").error())
        .contains("penstock-1")
        .doesNotContain("relation");
  }

  @SuppressWarnings("unchecked") // JSON objects have text keys
  private static Map<String, Object> json(ErrorEnvelope envelope) {
    return Json.mapper().readValue(envelope.toJson(), Map.class);
  }
}
