package io.penstock.storage.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
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
  private static final Pattern SECRET =
      Pattern.compile("(?i)(#.*|.*(password|passwd|secret|token|credential|privatekey|apikey).*)");
  private static final int MAX_TEXT = 500;
  private static final int MAX_ITEMS = 50;

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
    Call.current().sent(masked(params.all()));
    Call.current().cameWith(IdempotencyKeys.ofRequest(params.all()).orElse(null));
    return params;
  }

  static Map<String, Object> masked(Map<?, ?> values) {
    Map<String, Object> masked = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      if (masked.size() == MAX_ITEMS) {
        masked.put("…", values.size() - MAX_ITEMS + " more");
        break;
      }
      String key = String.valueOf(entry.getKey());
      boolean flag = entry.getValue() instanceof Boolean || "1".equals(entry.getValue());
      masked.put(
          bounded(key),
          SECRET.matcher(key).matches() && !flag ? "*****" : shown(key, entry.getValue()));
    }
    return masked;
  }

  /** Of data only its size; of an address nothing that may open it. */
  private static Object shown(String key, @Nullable Object value) {
    return switch (key) {
      case "dataString" -> sizes(value);
      case "dataUrl" -> addresses(value);
      default -> masked(value);
    };
  }

  private static Object sizes(@Nullable Object value) {
    return value instanceof String text ? text.length() + " characters" : "no text";
  }

  private static Object addresses(@Nullable Object value) {
    return value instanceof String text
        ? bounded(text.replaceFirst("(?s)[?#].*", "?…").replaceFirst("//[^/]*@", "//…@"))
        : "no text";
  }

  private static Object masked(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case Map<?, ?> map -> masked(map);
      case List<?> list -> list.stream().limit(MAX_ITEMS).map(ParamsResolver::masked).toList();
      case String text -> bounded(text);
      default -> value;
    };
  }

  private static String bounded(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }
}
