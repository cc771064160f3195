package io.penstock.trail.verify;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The oldest and the newest time of the records that were read. */
final class Times {
  private @Nullable Instant oldest;
  private @Nullable Instant newest;

  void saw(@Nullable Instant time) {
    if (time != null) {
      oldest = oldest == null || time.isBefore(oldest) ? time : oldest;
      newest = newest == null || time.isAfter(newest) ? time : newest;
    }
  }

  @Nullable Instant oldest() {
    return oldest;
  }

  @Nullable Instant newest() {
    return newest;
  }
}
