package io.penstock.storage.web;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * The contract's timestamps: {@code 2030-01-02T16:42:00+0000}, no fraction, an offset without a
 * colon, always UTC.
 */
public final class Timestamps {
  private static final DateTimeFormatter WIRE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssZ").withZone(ZoneOffset.UTC);

  private static final DateTimeFormatter EXPIRATION =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx").withZone(ZoneOffset.UTC);

  private Timestamps() {}

  public static String format(Instant instant) {
    return WIRE.format(instant);
  }

  public static @Nullable String formatOrNull(@Nullable Instant instant) {
    return instant == null ? null : WIRE.format(instant);
  }

  /** The one exception: the {@code Expiration} of S3 credentials has a colon in its offset. */
  public static String expiration(Instant time) {
    return EXPIRATION.format(time);
  }
}
