package io.penstock.storage.web;

import io.penstock.aws.form.MalformedFormException;
import io.penstock.aws.form.MultipartForm.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads an {@code application/x-www-form-urlencoded} body field after field as it comes in, with
 * one buffer of memory: as {@link io.penstock.aws.form.MultipartForm} does with its parts. A value
 * can be read until the next field is asked for. Not thread-safe.
 */
final class EncodedForm {
  private static final int BUFFER = 64 * 1024;
  private static final int LONGEST_NAME = 8 * 1024;
  private static final int END = -1;

  private final InputStream body;
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;
  private @Nullable Value current;

  EncodedForm(InputStream body) {
    this.body = body;
  }

  /** The next field, whatever is left of the one before; null behind the last one. */
  @Nullable Part next() throws IOException {
    if (current != null) {
      current.skipAll();
    }
    ByteArrayOutputStream name = new ByteArrayOutputStream();
    while (true) {
      int raw = read();
      boolean empty = name.size() == 0;
      if (raw == END && empty) {
        return null;
      }
      if (raw == '&' && empty) {
        continue;
      }
      if (raw == '=' || raw == '&' || raw == END) {
        current = new Value(raw != '=');
        return new Part(ParamsReader.text(name.toByteArray()), null, null, current);
      }
      if (name.size() == LONGEST_NAME) {
        throw new MalformedFormException("The name of a form field is too long");
      }
      name.write(decoded(raw));
    }
  }

  private int decoded(int raw) throws IOException {
    return switch (raw) {
      case '+' -> ' ';
      case '%' -> (digit() << 4) | digit();
      default -> raw;
    };
  }

  private int digit() throws IOException {
    int raw = read();
    int digit = raw < 0 || raw > 'f' ? -1 : Character.digit(raw, 16);
    if (digit < 0) {
      throw new MalformedFormException("A form field is not percent-encoded correctly");
    }
    return digit;
  }

  private int read() throws IOException {
    if (position == limit) {
      position = 0;
      limit = Math.max(0, body.read(buffer, 0, buffer.length));
    }
    return position < limit ? buffer[position++] & 0xff : END;
  }

  /** Up to the next ampersand, which is consumed with the value's end. */
  private final class Value extends InputStream {
    private boolean over;

    Value(boolean over) {
      this.over = over;
    }

    void skipAll() throws IOException {
      byte[] waste = new byte[8 * 1024];
      int count;
      do {
        count = read(waste, 0, waste.length);
      } while (count >= 0);
    }

    @Override
    public int read() throws IOException {
      if (over) {
        return END;
      }
      int raw = EncodedForm.this.read();
      if (raw == '&' || raw == END) {
        over = true;
        return END;
      }
      return decoded(raw);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      int count = 0;
      while (count < length) {
        int one = read();
        if (one < 0) {
          return count == 0 ? END : count;
        }
        target[offset + count++] = (byte) one;
      }
      return count;
    }
  }
}
