package io.penstock.storage.event;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.service.SecretMask;
import io.penstock.storage.web.MaskedValues;
import io.penstock.storage.web.Params;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The checked parameters of a customer's own event (chapter 2.9), without its secrets. */
record NewEvent(
    String component,
    @Nullable String configurationId,
    String type,
    String message,
    String description,
    @Nullable String runId,
    Map<String, Object> params,
    Map<String, Object> results,
    long millis) {
  private static final int MAX_BODY = 200 * 1024;
  private static final int MAX_NODES = 20_000;
  private static final int MAX_NAME = 255;
  private static final Set<String> TYPES = Set.of("info", "success", "warn", "error");

  static NewEvent of(Params params) {
    if (Json.write(params.all()).getBytes(StandardCharsets.UTF_8).length > MAX_BODY) {
      throw new PlatformException(
          ErrorCode.REQUEST_TOO_LARGE, "An event may have %d bytes at most".formatted(MAX_BODY));
    }
    if (nodes(params.all()) > MAX_NODES) {
      throw new PlatformException(
          ErrorCode.REQUEST_TOO_LARGE,
          "An event may have %d members and items at most".formatted(MAX_NODES));
    }
    String type = params.text("type", "info");
    if (!TYPES.contains(type)) {
      throw invalid("type must be one of info, success, warn, error");
    }
    return new NewEvent(
        required(params, "component"),
        name(params, "configurationId"),
        type,
        SecretMask.mask(required(params, "message")),
        SecretMask.mask(params.text("description", "")),
        name(params, "runId"),
        MaskedValues.whole(params.jsonMap("params")),
        MaskedValues.whole(params.jsonMap("results")),
        millis(params.text("duration", "")));
  }

  /** A few characters of JSON may become an object of many times their size. */
  private static long nodes(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> 1 + map.values().stream().mapToLong(NewEvent::nodes).sum();
      case List<?> list -> 1 + list.stream().mapToLong(NewEvent::nodes).sum();
      case null, default -> 1;
    };
  }

  /** The event's name. */
  String operation() {
    return "ext.%s.%s".formatted(component, configurationId == null ? "" : configurationId);
  }

  private static String required(Params params, String field) {
    String text = params.text(field, "");
    if (text.isEmpty()) {
      throw invalid(field + " is required");
    }
    if (field.equals("component") && text.length() > MAX_NAME) {
      throw invalid("component may have %d characters at most".formatted(MAX_NAME));
    }
    return text;
  }

  private static @Nullable String name(Params params, String field) {
    String text = params.text(field, "");
    if (text.length() > MAX_NAME) {
      throw invalid("%s may have %d characters at most".formatted(field, MAX_NAME));
    }
    return text.isEmpty() ? null : text;
  }

  private static long millis(String seconds) {
    if (seconds.isEmpty()) {
      return 0;
    }
    try {
      BigDecimal duration = new BigDecimal(seconds);
      if (duration.signum() >= 0 && duration.compareTo(BigDecimal.valueOf(1_000_000_000)) <= 0) {
        return duration.movePointRight(3).longValue();
      }
    } catch (NumberFormatException e) {
      throw invalid("duration must be a number of seconds");
    }
    throw invalid("duration must be a number of seconds");
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.EVENT_SCHEMA, message);
  }
}
