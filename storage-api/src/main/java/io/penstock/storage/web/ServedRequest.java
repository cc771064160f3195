package io.penstock.storage.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
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

  /** The answer is written while it is made: none of it is held back for an entity tag. */
  public void answeredInParts() {
    ShallowEtagHeaderFilter.disableContentCaching(request);
  }

  /** Method and normalised path, with its ids: {@code POST /v2/storage/tables/in.c-main.users}. */
  public String methodAndPath() {
    return request.getMethod() + " " + request.getRequestURI();
  }
}
