package io.penstock.storage.web;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.Source;
import io.penstock.service.ErrorEnvelope;
import io.penstock.storage.record.SharedCommit;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Records requests that Tomcat refuses before they are calls: a NUL or half a character in the
 * path, a path that leads above the root. Nobody's token was read, so they belong to the platform's
 * own trail, and to its limit.
 */
@Component
class RefusedRequests {
  private final CallRecords records;
  private final SharedCommit commit;
  private final AnonymousLimit limit;
  private final ErrorAnswers errors;
  private final Clock clock;
  private final Gate gate;

  RefusedRequests(
      CallRecords records,
      SharedCommit commit,
      AnonymousLimit limit,
      ErrorAnswers errors,
      Clock clock,
      Gate gate) {
    this.records = records;
    this.commit = commit;
    this.limit = limit;
    this.errors = errors;
    this.clock = clock;
    this.gate = gate;
  }

  /**
   * How such a request is answered.
   *
   * @param record null: it could not be recorded
   */
  record Refusal(int status, ErrorEnvelope body, @Nullable UUID record) {}

  /** Records the refusal, and says how to answer. */
  Refusal of(HttpServletRequest request, int status, @Nullable Throwable failure) {
    Call call =
        new Call(
            clock.instant(),
            request.getMethod() + " (malformed)",
            "",
            new Source(
                request.getRemoteAddr(),
                CallFilter.bounded(request.getHeader("User-Agent")),
                CallFilter.bounded(request.getHeader("Referer"))),
            null,
            null,
            -1);
    ErrorEnvelope body = errors.of(call, failure == null ? refusal(status) : failure).body();
    try {
      AnonymousLimit.Excess excess = limit.excessOf(call, status);
      if (excess != null) {
        ErrorAnswers.Answer answer = errors.of(call, AnonymousLimit.refusal());
        return new Refusal(answer.status(), answer.body(), limit.recorded(excess, call));
      }
      long ignored = commit.write(List.of(records.of(call, status)));
      return new Refusal(status, body, call.recordId());
    } catch (PlatformException e) {
      ErrorAnswers.Answer answer = errors.of(call, e);
      gate.refused(call, answer.status(), e);
      return new Refusal(answer.status(), answer.body(), null);
    }
  }

  private static PlatformException refusal(int status) {
    return switch (status) {
      case 404 -> new PlatformException(ErrorCode.ROUTE_NOT_FOUND, "Resource not found");
      case 405 ->
          new PlatformException(ErrorCode.METHOD_NOT_ALLOWED, "The method is not allowed here");
      default ->
          status < 500
              ? new PlatformException(
                  ErrorCode.MALFORMED_REQUEST,
                  "The request's path or headers are malformed: encode the path as UTF-8, without"
                      + " NUL")
              : new PlatformException(ErrorCode.INTERNAL, "Something went wrong on our side");
    };
  }
}
