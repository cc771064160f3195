package io.penstock.storage.web;

import java.io.IOException;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The envelope, and the record, for requests that Tomcat refuses before they are calls. */
final class EnvelopeValve extends ErrorReportValve {
  private static final Logger log = LoggerFactory.getLogger(EnvelopeValve.class);

  private final Supplier<RefusedRequests> refused;

  /**
   * @param refused asked with the first refusal: Tomcat is made before most other parts
   */
  EnvelopeValve(Supplier<RefusedRequests> refused) {
    this.refused = refused;
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    if (response.getStatus() < 400
        || response.getContentWritten() > 0
        || response.getHeader(CallFilter.RECORD_ID) != null // it was a call
        || !response.setErrorReported()) {
      return;
    }
    RefusedRequests.Refusal refusal = refused.get().of(request, response.getStatus(), failure);
    try {
      response.setStatus(refusal.status());
      UUID record = refusal.record();
      if (record != null) {
        response.setHeader(CallFilter.RECORD_ID, record.toString());
      }
      response.setContentType("application/json");
      response.getOutputStream().write(refusal.body().toJson());
      response.finishResponse();
    } catch (IOException | IllegalStateException e) {
      log.debug("The refusal {} did not reach its caller", refusal.record(), e);
    }
  }
}
