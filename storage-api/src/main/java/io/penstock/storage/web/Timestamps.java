package io.penstock.storage.web;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Times as the contract writes them (chapter 1.9): {@code 2030-01-02T16:42:00+0000}, always UTC,
 * without a fraction and without a colon in the offset. Clients parse this form strictly.
 */
public final class Timestamps {
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxx").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter EXPIRATION =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx").withZone(ZoneOffset.UTC);

  private Timestamps() {}

  public static String of(Instant time) {
    return FORM.format(time);
  }

  /** The same, where there may be none. */
  public static @Nullable String orNull(@Nullable Instant time) {
    return time == null ? null : of(time);
  }

  /** The one exception: the {@code Expiration} of S3 credentials has a colon in its offset. */
  public static String expiration(Instant time) {
    return EXPIRATION.format(time);
  }
}
