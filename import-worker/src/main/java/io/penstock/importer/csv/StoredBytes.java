package io.penstock.importer.csv;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Counts and digests an object's bytes as they are stored, before anything unpacks them. Not
 * thread-safe.
 */
public final class StoredBytes extends FilterInputStream {
  private final MessageDigest digest;
  private long count;

  public StoredBytes(InputStream source) {
    super(source);
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  @Override
  public int read() throws IOException {
    int value = in.read();
    if (value >= 0) {
      digest.update((byte) value);
      count++;
    }
    return value;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int read = in.read(target, offset, length);
    if (read > 0) {
      digest.update(target, offset, read);
      count += read;
    }
    return read;
  }

  /** Reads what it skips: nothing goes around the digest. */
  @Override
  public long skip(long n) throws IOException {
    byte[] skipped = new byte[Math.clamp(n, 0, 8192)];
    return Math.max(0, read(skipped, 0, skipped.length));
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  public long count() {
    return count;
  }

  /** Ends the digest; call once, at the end of the stream. */
  public String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
