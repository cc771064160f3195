package io.penstock.model;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Bodies of queue messages: short texts as they are, long ones packed (gzip, base64), because a
 * queue takes 256 KiB at most. Thread-safe.
 */
public final class QueueText {
  /** What every queue takes, see the quotas of Amazon SQS before 2025. */
  public static final int LIMIT = 256 << 10;

  private static final int SHORT = 32 << 10;
  private static final int LONGEST_UNPACKED = 64 << 20;
  private static final String PACKED = "gzip:";

  private QueueText() {}

  /** A body that {@link #unpack} reads; may still be longer than {@link #LIMIT}. */
  public static String pack(String text) {
    if (text.length() <= SHORT) {
      return text;
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is no device behind it
    }
    return PACKED + Base64.getEncoder().encodeToString(packed.toByteArray());
  }

  /**
   * @throws IllegalArgumentException for a body that is not what {@link #pack} makes, or unpacks to
   *     more than 64 MiB
   */
  public static String unpack(String body) {
    if (!body.startsWith(PACKED)) {
      return body;
    }
    byte[] packed = Base64.getDecoder().decode(body.substring(PACKED.length()));
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      byte[] text = gzip.readNBytes(LONGEST_UNPACKED + 1);
      if (text.length > LONGEST_UNPACKED) {
        throw new IllegalArgumentException("The message unpacks to too much");
      }
      return new String(text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalArgumentException("The message cannot be unpacked", e);
    }
  }
}
