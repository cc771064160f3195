package io.penstock.storage.web;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.Source;
import io.penstock.service.ErrorEnvelope;
import io.penstock.storage.record.SharedCommit;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Records requests that Tomcat refuses before they are calls: a raw control character, a NUL or
 * half a character in the path, a path that leads above the root, headers that are too long.
 * Nobody's token was read, so they belong to the platform's own trail, and to its limit.
 */
@Component
class RefusedRequests {
  /** Tomcat tells its refusals apart by their texts alone. */
  private static final StringManager TOMCAT = StringManager.getManager("org.apache.coyote.http11");

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
            Objects.requireNonNullElse(request.getMethod(), "") + " (malformed)",
            "",
            new Source(
                request.getRemoteAddr(),
                CallFilter.bounded(request.getHeader("User-Agent")),
                CallFilter.bounded(request.getHeader("Referer"))),
            null,
            null,
            -1);
    ErrorEnvelope body =
        errors
            .of(call, failure != null && isOurs(status) ? failure : refusal(status, failure))
            .body();
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

  private static boolean isOurs(int status) {
    return status >= 500 && status != 501 && status != 505;
  }

  private static PlatformException refusal(int status, @Nullable Throwable failure) {
    return switch (status) {
      case 404 -> new PlatformException(ErrorCode.ROUTE_NOT_FOUND, "resource not found");
      case 405 ->
          new PlatformException(ErrorCode.METHOD_NOT_ALLOWED, "The method is not allowed here");
      case 501, 505 ->
          new PlatformException(
              ErrorCode.NOT_IMPLEMENTED,
              "This version of HTTP, or this Transfer-Encoding, is not supported: use HTTP/1.1, and"
                  + " a body that is chunked or has a Content-Length");
      default ->
          isOurs(status)
              ? new PlatformException(ErrorCode.INTERNAL, "Something went wrong on our side")
              : new PlatformException(ErrorCode.MALFORMED_REQUEST, advice(failure));
    };
  }

  /** What to change; Tomcat says it in its own words only, which repeat the caller's. */
  private static String advice(@Nullable Throwable failure) {
    String said = failure == null || failure.getMessage() == null ? "" : failure.getMessage();
    if (said.equals(TOMCAT.getString("iib.requestheadertoolarge.error"))) {
      return "The request line and its headers are too long: send fewer or shorter headers, and"
          + " long parameters in the body instead of the query";
    }
    return "The request's line or headers are malformed: percent-encode spaces, control characters,"
        + " quotes, brackets and all that is not ASCII in the path (as UTF-8, without NUL), spaces,"
        + " control characters and all that is not ASCII in the query";
  }
}
