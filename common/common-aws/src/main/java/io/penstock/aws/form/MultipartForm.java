package io.penstock.aws.form;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code multipart/form-data} body (RFC 7578) part after part as it comes in, with one
 * buffer of memory and none of disk. A part can be read until the next one is asked for. Not
 * thread-safe; the body stays its owner's to close.
 */
public final class MultipartForm {
  private static final int BUFFER = 64 * 1024;
  private static final int LONGEST_HEAD = 8 * 1024;
  private static final int LONGEST_BOUNDARY = 200;

  private final InputStream body;
  private final byte[] delimiter;
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;

  /** As far as the buffer is known to belong to the part at hand. */
  private int known;

  private @Nullable PartBody current;
  private boolean ended;

  private MultipartForm(InputStream body, String boundary) {
    this.body = body;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.UTF_8);
    // The first delimiter may begin the body: read as if a line ended before.
    buffer[0] = '\r';
    buffer[1] = '\n';
    limit = 2;
  }

  /**
   * @param contentType the request's
   * @throws MalformedFormException when it is no multipart form or names no boundary
   */
  public static MultipartForm of(@Nullable String contentType, InputStream body)
      throws MalformedFormException {
    FormHeader header = FormHeader.parse(contentType == null ? "" : contentType);
    String boundary = header.parameter("boundary");
    if (!header.value().equalsIgnoreCase("multipart/form-data")
        || boundary == null
        || boundary.isEmpty()
        || boundary.length() > LONGEST_BOUNDARY
        || boundary.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw new MalformedFormException(
          "The body must be multipart/form-data, with a boundary in its Content-Type");
    }
    return new MultipartForm(body, boundary);
  }

  /**
   * A part of the form.
   *
   * @param fileName null: a plain field
   */
  public record Part(
      String name, @Nullable String fileName, @Nullable String contentType, InputStream body) {}

  /** The next part, whatever is left of the one before; null behind the last one. */
  public @Nullable Part next() throws IOException {
    if (ended) {
      return null;
    }
    PartBody before = current == null ? new PartBody() : current;
    before.skipAll();
    if (isEnd()) {
      ended = true;
      return null;
    }
    current = new PartBody();
    return head(current);
  }

  /** Behind a delimiter stands {@code --} for the form's end, or the end of the line. */
  private boolean isEnd() throws IOException {
    int first = read();
    int second = read();
    if (first == '-' && second == '-') {
      return true;
    }
    while (first == ' ' || first == '\t') {
      first = second;
      second = read();
    }
    if (first != '\r' || second != '\n') {
      throw new MalformedFormException("The multipart form has a damaged delimiter");
    }
    return false;
  }

  private Part head(PartBody part) throws IOException {
    FormHeader disposition = null;
    String type = null;
    int left = LONGEST_HEAD;
    for (String line = line(left); !line.isEmpty(); line = line(left)) {
      left -= line.length();
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon).trim();
      if (name.equalsIgnoreCase("Content-Disposition")) {
        disposition = FormHeader.parse(line.substring(colon + 1));
      } else if (name.equalsIgnoreCase("Content-Type")) {
        type = line.substring(colon + 1).trim();
      }
    }
    String name = disposition == null ? null : disposition.parameter("name");
    if (disposition == null || name == null || !disposition.value().equals("form-data")) {
      throw new MalformedFormException(
          "A part of the multipart form lacks its Content-Disposition: form-data; name=…");
    }
    return new Part(name, disposition.parameter("filename"), type, part);
  }

  private String line(int longest) throws IOException {
    byte[] line = new byte[Math.max(0, longest)];
    int length = 0;
    for (int b = read(); b != '\n'; b = read()) {
      if (b < 0) {
        throw endedEarly();
      }
      if (length == line.length) {
        throw new MalformedFormException("A part of the multipart form has too long a head");
      }
      line[length++] = (byte) b;
    }
    int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    return new String(line, 0, end, StandardCharsets.UTF_8);
  }

  private int read() throws IOException {
    return position < limit || fill() ? buffer[position++] & 0xff : -1;
  }

  /** Reads on; false at the end of the body. */
  private boolean fill() throws IOException {
    System.arraycopy(buffer, position, buffer, 0, limit - position);
    limit -= position;
    position = 0;
    known = 0;
    int count = body.read(buffer, limit, buffer.length - limit);
    limit += Math.max(0, count);
    return count > 0;
  }

  private static MalformedFormException endedEarly() {
    return new MalformedFormException("The multipart form ended before its last delimiter");
  }

  /** Up to the next delimiter, which is consumed with the part's last byte. */
  private final class PartBody extends InputStream {
    private boolean over;

    void skipAll() throws IOException {
      byte[] waste = new byte[8 * 1024];
      int count;
      do {
        count = read(waste, 0, waste.length);
      } while (count >= 0);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      if (over) {
        return -1;
      }
      while (length > 0) {
        if (position >= known && passDelimiter()) {
          over = true;
          return -1;
        }
        if (position < known) {
          int count = Math.min(known - position, length);
          System.arraycopy(buffer, position, target, offset, count);
          position += count;
          return count;
        }
        if (!fill()) {
          throw endedEarly();
        }
      }
      return 0;
    }

    /** Looks on in the buffer; true when a delimiter came next, which is passed then. */
    private boolean passDelimiter() {
      for (int i = position; i < limit; i++) {
        if (buffer[i] != '\r') {
          continue;
        }
        int same = 1;
        while (same < delimiter.length && i + same < limit && buffer[i + same] == delimiter[same]) {
          same++;
        }
        boolean whole = same == delimiter.length;
        if (whole && i == position) {
          position += delimiter.length;
          return true;
        }
        if (whole || i + same == limit) {
          known = i; // what follows is a delimiter, or may become one
          return false;
        }
      }
      known = limit;
      return false;
    }
  }
}
