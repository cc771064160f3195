package io.penstock.storage.web;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.service.ErrorEnvelope;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** The envelope for failures inside of handlers. */
@RestControllerAdvice
class ErrorAdvice {
  private final ErrorAnswers answers;
  private final RepeatedAnswers repeated;

  ErrorAdvice(ErrorAnswers answers, RepeatedAnswers repeated) {
    this.answers = answers;
    this.repeated = repeated;
  }

  /** The first answer again. */
  @ExceptionHandler(RepeatedCall.class)
  ResponseEntity<?> repeated(RepeatedCall call, HttpServletResponse response) throws Exception {
    RepeatedAnswers.Kept kept;
    try {
      kept = repeated.of(call);
    } catch (RuntimeException e) {
      return any(e, response);
    }
    var again = ResponseEntity.status(kept.status()).header("Idempotent-Replayed", "true");
    return kept.body().length == 0
        ? again.build()
        : again.contentType(MediaType.APPLICATION_JSON).body(kept.body());
  }

  @ExceptionHandler(Exception.class)
  ResponseEntity<ErrorEnvelope> any(Exception failure, HttpServletResponse response)
      throws Exception {
    if (response.isCommitted()) {
      throw failure; // the connection is reset: a broken answer must not look like a whole one
    }
    ErrorAnswers.Answer answer = answers.of(Call.current(), translated(failure));
    var refusal = ResponseEntity.status(answer.status()).contentType(MediaType.APPLICATION_JSON);
    if (answer.tryLater()) {
      refusal.header("Retry-After", "1");
    }
    return refusal.body(answer.body());
  }

  private static Exception translated(Exception failure) {
    return switch (failure) {
      case MethodArgumentTypeMismatchException e ->
          new PlatformException(ErrorCode.ROUTE_NOT_FOUND, "resource not found: malformed id", e);
      case NoResourceFoundException e ->
          new PlatformException(ErrorCode.ROUTE_NOT_FOUND, "resource not found", e);
      default -> failure;
    };
  }
}
