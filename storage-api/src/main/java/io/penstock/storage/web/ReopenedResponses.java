package io.penstock.storage.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Lets a call answer by itself although its body could not be read. Tomcat shuts the response of
 * such a request and would answer in its stead, with a 500 that no record tells of.
 */
final class ReopenedResponses extends ValveBase {
  private static final String REOPENING = ReopenedResponses.class.getName();

  ReopenedResponses() {
    super(true);
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    request.setAttribute(REOPENING, (Runnable) () -> reopen(request, response));
    getNext().invoke(request, response);
  }

  private static void reopen(Request request, Response response) {
    if (response.isErrorReportRequired() && response.setErrorReported()) {
      request.removeAttribute(RequestDispatcher.ERROR_EXCEPTION);
      response.setSuspended(false);
    }
  }

  /** Once reading the request's body has failed. */
  static void reopenFor(ServletRequest request) {
    if (request.getAttribute(REOPENING) instanceof Runnable reopening) {
      reopening.run();
    }
  }
}
