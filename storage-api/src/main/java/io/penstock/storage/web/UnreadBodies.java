package io.penstock.storage.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Reads what was sent to a handler that reads no parameters itself: a malformed body is refused
 * everywhere, and what was sent is recorded. Bodies of handlers that take the request are theirs.
 */
@Component
class UnreadBodies implements HandlerInterceptor {

  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
      throws IOException {
    if (handler instanceof HandlerMethod method
        && Arrays.stream(method.getMethodParameters()).noneMatch(UnreadBodies::reads)) {
      Params ignored = ParamsBody.read(request);
    }
    return true;
  }

  private static boolean reads(MethodParameter parameter) {
    Class<?> type = parameter.getParameterType();
    return type == Params.class || type == HttpServletRequest.class;
  }
}
