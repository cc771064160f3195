package io.penstock.audit.web;

import io.penstock.model.ErrorCode;
import io.penstock.model.ExceptionId;
import io.penstock.model.PlatformException;
import io.penstock.service.ErrorEnvelope;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/**
 * Every error as the contract's envelope. An answer that has begun is broken off instead: nobody
 * may take it for whole.
 */
@RestControllerAdvice
class EnvelopeAdvice {
  private static final Logger LOG = LoggerFactory.getLogger(EnvelopeAdvice.class);
  private static final String RETRY_AFTER_SECONDS = "5";

  @ExceptionHandler
  ResponseEntity<byte[]> handle(Exception exception, HttpServletResponse response)
      throws Exception {
    if (response.isCommitted()) {
      throw exception;
    }
    response.resetBuffer();
    PlatformException known = known(exception);
    String exceptionId = ExceptionId.next();
    if (known.code().category() == ErrorCode.Category.OURS) {
      LOG.error("Failed ({})", exceptionId, exception);
    } else if (known.code() == ErrorCode.UNAVAILABLE) {
      LOG.warn("Unavailable: {} ({})", known.text(), exceptionId, exception);
    }
    var answer =
        ResponseEntity.status(known.code().httpStatus()).contentType(MediaType.APPLICATION_JSON);
    if (known.code().category() == ErrorCode.Category.TRY_LATER) {
      answer.header("Retry-After", RETRY_AFTER_SECONDS);
    }
    return answer.body(ErrorEnvelope.of(known, exceptionId).toJson());
  }

  private static PlatformException known(Exception exception) {
    return switch (exception) {
      case PlatformException platform -> platform;
      case MethodArgumentTypeMismatchException mismatch ->
          new PlatformException(
              ErrorCode.VALIDATION, "Parameter " + mismatch.getName() + " has a wrong value");
      case ErrorResponse framework -> byStatus(framework.getStatusCode().value());
      default -> new PlatformException(ErrorCode.INTERNAL, "Unforeseen", exception);
    };
  }

  private static PlatformException byStatus(int status) {
    return switch (status) {
      case 404 -> new PlatformException(ErrorCode.ROUTE_NOT_FOUND, "Resource not found");
      case 405 -> new PlatformException(ErrorCode.METHOD_NOT_ALLOWED, "Method not allowed");
      default ->
          status < 500
              ? new PlatformException(ErrorCode.VALIDATION, "The request cannot be understood")
              : new PlatformException(ErrorCode.INTERNAL, "Unforeseen");
    };
  }
}
