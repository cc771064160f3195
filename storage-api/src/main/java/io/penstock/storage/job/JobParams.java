package io.penstock.storage.job;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a job shows of how it was asked for. Lists of a thousand jobs are held in memory, and events
 * carry it into the audit trail.
 */
public final class JobParams {
  static final int MOST_BYTES = 200 << 10;

  private JobParams() {}

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
