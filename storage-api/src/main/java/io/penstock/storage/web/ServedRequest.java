package io.penstock.storage.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

/** What features may know of the HTTP request that this thread serves. */
public final class ServedRequest {
  private final HttpServletRequest request;

  private ServedRequest(HttpServletRequest request) {
    this.request = request;
  }

  /** Empty outside of a request. */
  public static Optional<ServedRequest> current() {
    return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes served
        ? Optional.of(new ServedRequest(served.getRequest()))
        : Optional.empty();
  }

  public @Nullable String header(String name) {
    return request.getHeader(name);
  }

  /** Whether the answer may be 304 in place of 200, by what is in it (RFC 9110, section 13.1.2). */
  public boolean isConditional() {
    return request.getHeader(HttpHeaders.IF_NONE_MATCH) != null;
  }

  /** None of the answer is held back to make an entity tag of it: it has none. */
  public void notHeldBack() {
    ShallowEtagHeaderFilter.disableContentCaching(request);
  }

  /**
   * Answers 304 where the caller has what has this entity tag.
   *
   * @return whether it was answered
   */
  boolean hasAlready(String tag, HttpServletResponse response) {
    return isConditional() && new ServletWebRequest(request, response).checkNotModified(tag);
  }

  /** Method and normalised path, with its ids: {@code POST /v2/storage/tables/in.c-main.users}. */
  public String methodAndPath() {
    return request.getMethod() + " " + request.getRequestURI();
  }
}
