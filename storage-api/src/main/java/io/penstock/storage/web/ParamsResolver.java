package io.penstock.storage.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Hands {@link Params} to handlers, and keeps what was sent, masked and bounded, for the call's
 * record.
 */
@Component
class ParamsResolver implements HandlerMethodArgumentResolver {

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == Params.class;
  }

  @Override
  public Params resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders)
      throws IOException {
    Params params =
        ParamsReader.read(
            Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class)));
    Call.current().sent(MaskedValues.bounded(params.all()));
    Call.current().cameWith(IdempotencyKeys.ofRequest(params.all()).orElse(null));
    return params;
  }
}
