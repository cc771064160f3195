package io.penstock.service;

import io.penstock.model.ErrorCode;
import io.penstock.model.ExceptionId;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door of a service that only other services call: {@code /health/live} and {@code
 * /health/ready} are open, {@code /internal/…} wants the service credential, and nothing else is
 * there. Errors are answered with the contract's envelope.
 */
public final class ServiceCredentialFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(ServiceCredentialFilter.class);
  private static final Set<String> OPEN = Set.of("/health/live", "/health/ready");

  private final transient @Nullable ServiceCredential credential;

  public ServiceCredentialFilter(ServiceCredential credential) {
    this(credential, true);
  }

  private ServiceCredentialFilter(@Nullable ServiceCredential credential, boolean internal) {
    this.credential = internal ? credential : null;
  }

  /** The door of a service that nobody calls: only its health can be asked. */
  public static ServiceCredentialFilter healthOnly() {
    return new ServiceCredentialFilter(null, false);
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String path = path(request);
    if (OPEN.contains(path)) {
      chain.doFilter(request, response);
    } else if (credential == null) {
      refuse(response, ErrorCode.ROUTE_NOT_FOUND, "Resource not found");
    } else if (!credential.matches(request.getHeader("Authorization"))) {
      response.setHeader("WWW-Authenticate", "Bearer");
      refuse(response, ErrorCode.TOKEN_INVALID, "Invalid service credential");
    } else if (!path.startsWith("/internal/")) {
      refuse(response, ErrorCode.ROUTE_NOT_FOUND, "Resource not found");
    } else {
      chain.doFilter(request, response);
    }
  }

  /**
   * Decoded and without path parameters, the same that the dispatcher routes by (Servlet 6.1,
   * 3.5.2).
   */
  private static String path(HttpServletRequest request) {
    String rest = request.getPathInfo();
    return rest == null ? request.getServletPath() : request.getServletPath() + rest;
  }

  private static void refuse(HttpServletResponse response, ErrorCode code, String text)
      throws IOException {
    String exceptionId = ExceptionId.next();
    LOG.info("Refused a call with {}: {} ({})", code.httpStatus(), text, exceptionId);
    response.setStatus(code.httpStatus());
    response.setContentType("application/json");
    response.getOutputStream().write(ErrorEnvelope.of(code, text, exceptionId).toJson());
  }
}
