package io.penstock.storage.web;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.Source;
import io.penstock.service.SecretMask;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Makes a {@link Call} of every request to the API: normalises its path (trailing slash, branch
 * prefix; never by a redirect, which would lose bodies), binds the call to the thread, and lets the
 * answer out through the {@link Gate}.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class CallFilter extends OncePerRequestFilter {
  static final String RECORD_ID = "X-Penstock-Record-Id";
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
  private static final int MAX_HEADER = 1000;

  private final Gate gate;
  private final ErrorAnswers errors;
  private final PublicUrl publicUrl;
  private final AnonymousLimit anonymous;
  private final Clock clock;

  CallFilter(
      Gate gate, ErrorAnswers errors, PublicUrl publicUrl, AnonymousLimit anonymous, Clock clock) {
    this.gate = gate;
    this.errors = errors;
    this.publicUrl = publicUrl;
    this.anonymous = anonymous;
    this.clock = clock;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return request.getRequestURI().startsWith("/health/");
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Call call =
        new Call(
            clock.instant(),
            request.getMethod() + " (no route)",
            publicUrl.of(request),
            new Source(
                request.getRemoteAddr(),
                bounded(request.getHeader("User-Agent")),
                bounded(request.getHeader("Referer"))),
            bounded(request.getHeader("X-KBC-RunId")),
            traceparent(request),
            request.getContentLengthLong());
    try {
      ScopedValue.where(Call.CURRENT, call)
          .call(
              () -> {
                serve(call, request, response, chain);
                return call;
              });
    } catch (ServletException | IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ServletException(e);
    } finally {
      call.ended();
    }
  }

  private void serve(
      Call call, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    response.setHeader(RECORD_ID, call.recordId().toString());
    GatedResponse gated = new GatedResponse(response, status -> pass(call, status, response));
    call.answersThrough(gated::bytes);
    try {
      chain.doFilter(new NormalisedRequest(request), gated);
    } catch (RuntimeException | ServletException | IOException e) {
      if (gated.isRefused()) {
        logger.debug("An answer broke off that had been refused", e);
        return;
      }
      if (response.isCommitted() || e instanceof IOException) {
        gate.brokenOff(call);
        throw e; // the connection is reset: a broken answer must not look like a whole one
      }
      Throwable cause = e instanceof ServletException && e.getCause() != null ? e.getCause() : e;
      errors.write(gated, errors.of(call, cause), call.recordId());
    }
    gated.finish();
  }

  private boolean pass(Call call, int status, HttpServletResponse response) throws IOException {
    try {
      AnonymousLimit.Excess excess = anonymous.excessOf(call, status);
      if (excess != null) {
        ErrorAnswers.Answer answer = errors.of(call, AnonymousLimit.refusal());
        errors.write(response, answer, anonymous.recorded(excess, call));
        return false;
      }
      gate.pass(call, status);
      return true;
    } catch (RuntimeException e) {
      ErrorAnswers.Answer answer = errors.of(call, refusal(call, e));
      gate.refused(call, answer.status(), e);
      errors.write(response, answer, call.isRecorded() ? call.recordId() : null);
      return false;
    }
  }

  /** Whatever keeps a call from being recorded: it may not be answered as if it were. */
  private static RuntimeException refusal(Call call, RuntimeException why) {
    return why instanceof PlatformException || call.isRecorded()
        ? why
        : new PlatformException(
            ErrorCode.UNAVAILABLE,
            "The call could not be recorded and was not carried out; try again",
            why);
  }

  private static @Nullable String traceparent(HttpServletRequest request) {
    String value = request.getHeader("traceparent");
    return value != null && TRACEPARENT.matcher(value).matches() ? value : null;
  }

  /** Without what looks like a secret: it is recorded, and people paste much into headers. */
  static @Nullable String bounded(@Nullable String header) {
    if (header == null || header.isEmpty()) {
      return null;
    }
    return SecretMask.mask(
        header.length() <= MAX_HEADER ? header : header.substring(0, MAX_HEADER));
  }
}
