package io.penstock.embedded.objects;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Lets pages of any origin use what they hold credentials, a form or a link for: a browser sends
 * nothing by itself here, so that a page can do no more than any other program.
 */
final class CrossOrigin {
  private static final String METHODS = "GET, HEAD, POST, PUT";
  private static final String ONE_HOUR = "3600";

  private CrossOrigin() {}

  /** True when it was a browser's question in advance, which is answered then. */
  static boolean answered(HttpServletRequest request, HttpServletResponse response) {
    if (request.getHeader("Origin") == null) {
      return false;
    }
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Expose-Headers", "ETag");
    @Nullable String method = request.getHeader("Access-Control-Request-Method");
    if (!request.getMethod().equals("OPTIONS") || method == null) {
      return false;
    }
    response.setHeader("Access-Control-Allow-Methods", METHODS);
    @Nullable String headers = request.getHeader("Access-Control-Request-Headers");
    if (headers != null) {
      response.setHeader("Access-Control-Allow-Headers", headers);
    }
    response.setHeader("Access-Control-Max-Age", ONE_HOUR);
    response.setStatus(HttpServletResponse.SC_OK);
    return true;
  }
}
