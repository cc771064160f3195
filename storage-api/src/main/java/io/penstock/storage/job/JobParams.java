package io.penstock.storage.job;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a job shows of how it was asked for. Lists have many of them, and events carry it into the
 * audit trail.
 */
public final class JobParams {
  static final int MOST_BYTES = 200 << 10;
  static final int MOST_ITEMS = 100;

  private JobParams() {}

  /** Of long lists, such as the values of a filter, the beginning. */
  public static @Nullable Object shortened(@Nullable Object value) {
    return switch (value) {
      case List<?> list -> {
        List<@Nullable Object> shown = new ArrayList<>();
        list.stream().limit(MOST_ITEMS).forEach(item -> shown.add(shortened(item)));
        if (list.size() > MOST_ITEMS) {
          shown.add("… " + (list.size() - MOST_ITEMS) + " more");
        }
        yield shown;
      }
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        map.forEach((name, item) -> shown.put(String.valueOf(name), shortened(item)));
        yield shown;
      }
      case null, default -> value;
    };
  }

  /**
   * @throws PlatformException {@code REQUEST_TOO_LARGE} where they are too long to be shown
   */
  public static void requireShort(Map<String, Object> params) {
    if (Json.write(params).getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      throw new PlatformException(
          ErrorCode.REQUEST_TOO_LARGE,
          "The parameters have more than %d bytes as JSON; send fewer or shorter"
              .formatted(MOST_BYTES));
    }
  }
}
