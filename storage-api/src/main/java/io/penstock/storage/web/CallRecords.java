package io.penstock.storage.web;

import io.penstock.model.ErrorCode;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.AuditRecord.Actor;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.audit.AuditRecord.Kind;
import io.penstock.model.audit.AuditRecord.Outcome;
import io.penstock.storage.record.RecordIds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Makes the records of a call: who, what, with which outcome; never the token's text. */
@Component
class CallRecords {
  private final Clock clock;

  CallRecords(Clock clock) {
    this.clock = clock;
  }

  /** The call's own record. */
  AuditRecord of(Call call, int status) {
    return own(call, status, sizes(call));
  }

  /**
   * The own record of a call above the limit, in whose name others are answered.
   *
   * @param counted calls before it that have no record of their own
   */
  AuditRecord limited(Call call, int status, long counted) {
    return own(call, status, Map.of("counted", counted));
  }

  private AuditRecord own(Call call, int status, Map<String, Object> results) {
    return record(
        call,
        call.recordId(),
        Kind.CALL,
        outcome(status),
        status,
        message(call, status),
        call.params(),
        results);
  }

  /** The end of a streamed answer, as a record of its own. */
  AuditRecord ended(Call call, long bytes, boolean whole) {
    return record(
        call,
        RecordIds.next(),
        Kind.CALL_ENDED,
        whole ? Outcome.ALLOWED : Outcome.FAILED,
        0,
        "%s: %d bytes, %s".formatted(call.operation(), bytes, whole ? "complete" : "broken off"),
        Map.of("call", call.recordId().toString()),
        Map.of("bytes", bytes, "complete", whole));
  }

  /**
   * A call's answer that is another one than its record says.
   *
   * @param recorded the status there
   */
  AuditRecord answered(Call call, int status, int recorded) {
    return record(
        call,
        RecordIds.next(),
        Kind.CALL_ENDED,
        outcome(status),
        status,
        message(call, status) + ", after it was recorded with " + recorded,
        Map.of("call", call.recordId().toString()),
        Map.of("recordedStatus", recorded));
  }

  /**
   * Calls of an address that have no record of their own.
   *
   * @param first of them, in whose name they were answered
   * @param unrecorded it could not be recorded itself
   */
  AuditRecord counted(Call first, boolean unrecorded, long counted) {
    Instant now = clock.instant();
    return new AuditRecord(
        RecordIds.next(),
        0,
        Kind.ACT,
        now,
        null,
        null,
        Actor.NOBODY,
        first.source(),
        "calls.counted",
        AuditObject.NONE,
        Outcome.REFUSED,
        0,
        Math.max(0, Duration.between(first.startedAt(), now).toMillis()),
        null,
        null,
        "storage",
        null,
        "warn",
        "%d more calls without a valid token were refused".formatted(counted),
        "",
        unrecorded ? Map.of() : Map.of("call", first.recordId().toString()),
        Map.of("counted", counted),
        List.of());
  }

  private AuditRecord record(
      Call call,
      UUID id,
      Kind kind,
      Outcome outcome,
      int status,
      String message,
      Map<String, Object> params,
      Map<String, Object> results) {
    Instant now = clock.instant();
    return new AuditRecord(
        id,
        0,
        kind,
        now,
        call.organisationId(),
        call.projectId(),
        call.actor(),
        call.source(),
        call.operation(),
        call.object(),
        outcome,
        status,
        Math.max(0, Duration.between(call.startedAt(), now).toMillis()),
        call.runId(),
        outcome == Outcome.ALLOWED ? null : call.exceptionId(),
        "storage",
        null,
        outcome == Outcome.ALLOWED ? "info" : "error",
        message,
        "",
        params,
        results,
        List.of());
  }

  /** What is known before the answer leaves. */
  private static Map<String, Object> sizes(Call call) {
    return call.requestBytes() > 0 ? Map.of("requestBytes", call.requestBytes()) : Map.of();
  }

  private static Outcome outcome(int status) {
    if (status < 400) {
      return Outcome.ALLOWED;
    }
    return status >= 500 && status != 501 ? Outcome.FAILED : Outcome.REFUSED;
  }

  private static String message(Call call, int status) {
    ErrorCode error = call.error();
    return error == null
        ? "%s: %d".formatted(call.operation(), status)
        : "%s: %d %s".formatted(call.operation(), status, error.wireCode());
  }
}
