package io.penstock.storage.web;

import io.penstock.model.ErrorCode;
import io.penstock.model.ExceptionId;
import io.penstock.service.ErrorEnvelope;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The envelope for requests that Tomcat refuses before they are calls: a NUL or half a character in
 * the path, a path that leads above the root. Nobody's token was read, so they have no record.
 *
 * <p>Public, because Tomcat makes it by its name.
 */
public final class EnvelopeValve extends ErrorReportValve {
  private static final Logger log = LoggerFactory.getLogger(EnvelopeValve.class);

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    int status = response.getStatus();
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    String id = ExceptionId.next();
    if (status >= 500) {
      log.error("A request failed outside of any call, {}", id, failure);
    }
    try {
      response.setContentType("application/json");
      response.getOutputStream().write(envelope(status, id).toJson());
      response.finishResponse();
    } catch (IOException | IllegalStateException e) {
      log.debug("The refusal {} did not reach its caller", id, e);
    }
  }

  private static ErrorEnvelope envelope(int status, String id) {
    return switch (status) {
      case 404 -> ErrorEnvelope.of(ErrorCode.ROUTE_NOT_FOUND, "Resource not found", id);
      case 405 ->
          ErrorEnvelope.of(ErrorCode.METHOD_NOT_ALLOWED, "The method is not allowed here", id);
      default ->
          status < 500
              ? ErrorEnvelope.of(
                  ErrorCode.MALFORMED_REQUEST,
                  "The request's path or headers are malformed: encode the path as UTF-8, without NUL",
                  id)
              : ErrorEnvelope.internal(id);
    };
  }
}
