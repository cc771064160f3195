package io.penstock.model;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Bodies of queue messages: JSON without the characters that no queue takes; short texts as they
 * are, long ones packed (gzip, base64), because a queue takes 256 KiB at most. Thread-safe.
 */
public final class QueueText {
  /** What every queue takes, see the quotas of Amazon SQS before 2025. */
  public static final int LIMIT = 256 << 10;

  private static final int SHORT = 32 << 10;
  private static final int LONGEST_UNPACKED = 64 << 20;
  private static final String PACKED = "gzip:";

  private QueueText() {}

  /**
   * The message as JSON. A queue refuses a body with anything but {@code #x9 | #xA | #xD | #x20 to
   * #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF}; names and values of callers may have others.
   */
  public static String of(Object message) {
    return escaped(Json.write(message));
  }

  /**
   * JSON that means the same, with what no queue takes escaped.
   *
   * @param json written by {@link Json}, hence without control characters
   */
  public static String escaped(String json) {
    if (isTaken(json)) {
      return json;
    }
    StringBuilder text = new StringBuilder(json.length() + 64);
    json.codePoints()
        .forEach(
            c -> {
              if (isTaken(c)) {
                text.appendCodePoint(c);
              } else {
                text.append("\\u%04x".formatted(c));
              }
            });
    return text.toString();
  }

  /** Goes through all that is sent: a loop, and a closer look only where there are surrogates. */
  private static boolean isTaken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        return text.codePoints().allMatch(QueueText::isTaken);
      }
      if (!isTaken((int) c)) {
        return false;
      }
    }
    return true;
  }

  /** Of what is not taken nothing is above U+FFFF. */
  private static boolean isTaken(int c) {
    return (c >= 0x20 && c <= 0xD7FF)
        || (c >= 0xE000 && c <= 0xFFFD)
        || c > 0xFFFF
        || c == '\t'
        || c == '\n'
        || c == '\r';
  }

  /** A body that {@link #unpack} reads; may still be longer than {@link #LIMIT}. */
  public static String pack(String text) {
    if (text.length() <= SHORT) {
      return text;
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new FastGzip(packed)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is no device behind it
    }
    return PACKED + Base64.getEncoder().encodeToString(packed.toByteArray());
  }

  /** Messages are many and short-lived. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_SPEED);
    }
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
