package io.penstock.storage.web;

import io.penstock.model.ErrorCode;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.AuditRecord.Actor;
import io.penstock.model.audit.AuditRecord.Kind;
import io.penstock.model.audit.AuditRecord.Outcome;
import io.penstock.storage.access.Caller;
import io.penstock.storage.record.RecordIds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes the record of a call: who, what, with which outcome; never the token's text. */
@Component
class CallRecords {
  private final Clock clock;

  CallRecords(Clock clock) {
    this.clock = clock;
  }

  AuditRecord of(Call call, int status) {
    @Nullable Caller caller = call.callerOrNull();
    Instant now = clock.instant();
    return new AuditRecord(
        call.recordId(),
        0,
        Kind.CALL,
        now,
        caller == null ? null : caller.project().organisationId(),
        caller == null ? null : caller.projectId(),
        actor(call),
        call.source(),
        call.operation(),
        call.object(),
        outcome(status),
        status,
        Math.max(0, Duration.between(call.startedAt(), now).toMillis()),
        call.runId(),
        call.exceptionId(),
        "storage",
        null,
        status < 400 ? "info" : "error",
        message(call, status),
        "",
        call.params(),
        Map.of(),
        List.of());
  }

  /** The end of a streamed answer, as a record of its own. */
  AuditRecord ended(Call call, long bytes, boolean whole) {
    @Nullable Caller caller = call.callerOrNull();
    Instant now = clock.instant();
    return new AuditRecord(
        RecordIds.next(),
        0,
        Kind.CALL_ENDED,
        now,
        caller == null ? null : caller.project().organisationId(),
        caller == null ? null : caller.projectId(),
        actor(call),
        call.source(),
        call.operation(),
        call.object(),
        whole ? Outcome.ALLOWED : Outcome.FAILED,
        0,
        Math.max(0, Duration.between(call.startedAt(), now).toMillis()),
        call.runId(),
        null,
        "storage",
        null,
        whole ? "info" : "error",
        "%s: %d bytes, %s".formatted(call.operation(), bytes, whole ? "complete" : "broken off"),
        "",
        Map.of("call", call.recordId().toString()),
        Map.of("bytes", bytes, "complete", whole),
        List.of());
  }

  private static Actor actor(Call call) {
    Caller caller = call.callerOrNull();
    if (caller != null) {
      return new Actor("token", Long.toString(caller.tokenId()), caller.description());
    }
    return call.administrator() == null ? Actor.NOBODY : call.administrator();
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
