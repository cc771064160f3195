package io.penstock.storage.web;

import io.penstock.model.ErrorCode;
import io.penstock.model.ExceptionId;
import io.penstock.model.PlatformException;
import io.penstock.service.ErrorEnvelope;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Turns every failure into the contract's envelope (chapter 1.5), and logs once what is our own
 * fault.
 */
@Component
class ErrorAnswers {
  private static final Logger log = LoggerFactory.getLogger(ErrorAnswers.class);

  /** A failure as it is answered. */
  record Answer(int status, ErrorEnvelope body, boolean tryLater) {}

  Answer of(Call call, Throwable failure) {
    PlatformException error = classified(failure);
    String id = call.failed(error.code(), ExceptionId.next());
    switch (error.code().category()) {
      case OURS ->
          log.error("Call {} {} failed, {}", call.recordId(), call.operation(), id, failure);
      case TRY_LATER -> {
        if (error.code() != ErrorCode.TOO_MANY_REQUESTS) { // a flood must not flood the log
          log.warn(
              "Call {} {} put off, {}: {}", call.recordId(), call.operation(), id, cause(failure));
        }
      }
      case CALLER, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, CONFLICT -> {}
    }
    return new Answer(
        error.code().httpStatus(),
        ErrorEnvelope.of(error, id),
        error.code().category() == ErrorCode.Category.TRY_LATER);
  }

  /**
   * Writes the answer past Spring, for failures outside of a handler.
   *
   * @param record that tells of the call; null: none is known to be durable
   */
  void write(HttpServletResponse response, Answer answer, @Nullable UUID record)
      throws IOException {
    response.reset();
    if (record != null) {
      response.setHeader(CallFilter.RECORD_ID, record.toString());
    }
    if (answer.tryLater()) {
      response.setHeader("Retry-After", "1");
    }
    response.setStatus(answer.status());
    response.setContentType("application/json");
    byte[] body = answer.body().toJson();
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static String cause(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }

  private static PlatformException classified(Throwable failure) {
    return switch (failure) {
      case PlatformException known -> known;
      case CannotCreateTransactionException e -> away(e);
      case DataAccessResourceFailureException e -> away(e);
      case QueryTimeoutException e -> away(e);
      default ->
          isAway(failure)
              ? away(failure)
              : new PlatformException(ErrorCode.INTERNAL, OURS, failure);
    };
  }

  /** What passes by itself, in the middle or at the commit: whoever translated it. */
  private static boolean isAway(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 20; depth++) {
      if (cause instanceof SQLException sql && AWAY.matcher(state(sql)).matches()) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static String state(SQLException failure) {
    return failure.getSQLState() == null ? "" : failure.getSQLState();
  }

  /**
   * Connection lost, no resources, server stopping; two changes in each other's way (deadlock,
   * serialisation), of which one was undone: PostgreSQL's appendix A.
   */
  private static final Pattern AWAY = Pattern.compile("08...|53...|57P0[1-5]|40001|40P01");

  private static final String OURS =
      "Something went wrong on our side. The exceptionId finds what it was; trying again may help.";

  private static PlatformException away(Throwable e) {
    return new PlatformException(
        ErrorCode.UNAVAILABLE, "The platform's database cannot do that right now; try again", e);
  }
}
