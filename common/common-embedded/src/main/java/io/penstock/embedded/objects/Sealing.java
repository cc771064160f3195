package io.penstock.embedded.objects;

import com.google.crypto.tink.StreamingAead;
import io.penstock.embedded.objects.ObjectIndex.Extent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;

/** Seals and opens one object's extents, each bound to the bucket, the key and its number. */
final class Sealing {
  private static final int BUFFER = 128 * 1024;

  private final StreamingAead aead;
  private final String place;

  private Sealing(StreamingAead aead, String place) {
    this.aead = aead;
    this.place = place;
  }

  /**
   * @throws S3ProxyException with AccessDenied when the object's key does not exist (any more)
   */
  static Sealing of(ObjectKeys keys, String bucket, String key) {
    try {
      return new Sealing(keys.forObject(bucket, key), bucket + '\n' + key + '\n');
    } catch (GeneralSecurityException | IllegalStateException e) {
      throw new S3ProxyException(
          S3ErrorCode.ACCESS_DENIED, "The key that seals this object is not available.", e);
    }
  }

  /** For an object's tags: what is sealed so can never stand for the object itself. */
  static Sealing ofTags(ObjectKeys keys, String bucket, String key) {
    Sealing object = of(keys, bucket, key);
    return new Sealing(object.aead, '\n' + object.place);
  }

  /**
   * More than {@code length} bytes can need when they are sealed, whatever the template's segments
   * are.
   */
  static long room(long length) {
    return length + length / 64 + 64 * 1024;
  }

  /**
   * Seals a body into a file.
   *
   * @param length -1: up to its end, wherever that is
   * @param digest sees the plain bytes
   * @throws S3ProxyException with IncompleteBody when the body is shorter or longer than announced
   */
  Extent seal(
      FileChannel file,
      long offset,
      int number,
      InputStream body,
      long length,
      MessageDigest digest)
      throws IOException {
    var target = new ExtentOutput(file, offset);
    long sealed = 0;
    try (OutputStream sealing = aead.newEncryptingStream(target, place(number))) {
      long left = length < 0 ? Long.MAX_VALUE : length;
      byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, left))];
      while (left > 0) {
        int count = body.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0 && length < 0) {
          break;
        }
        if (count < 0) {
          throw new S3ProxyException(S3ErrorCode.INCOMPLETE_BODY);
        }
        digest.update(buffer, 0, count);
        sealing.write(buffer, 0, count);
        left -= count;
        sealed += count;
      }
      // Streams that check a signature or a checksum do it at their end.
      if (body.read() >= 0) {
        throw new S3ProxyException(S3ErrorCode.INCOMPLETE_BODY);
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("Cannot seal", e);
    }
    return new Extent(number, offset, target.written(), sealed);
  }

  /** Opens an extent for reading at any position. */
  SeekableByteChannel open(FileChannel file, Extent extent) throws IOException {
    try {
      return aead.newSeekableDecryptingChannel(
          new ExtentInput(file, extent.offset(), extent.sealed()), place(extent.number()));
    } catch (GeneralSecurityException e) {
      throw new IOException("Cannot open", e);
    }
  }

  /** Opens an extent whole. */
  byte[] openAll(FileChannel file, Extent extent) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(extent.length()));
    try (SeekableByteChannel channel = open(file, extent)) {
      while (all.hasRemaining()) {
        if (channel.read(all) < 0) {
          throw new IOException("An extent ends too early");
        }
      }
    }
    return all.array();
  }

  private byte[] place(int number) {
    return (place + number).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Writes one after the other from an offset on; others may write elsewhere in the file at the
   * same time.
   */
  private static final class ExtentOutput extends OutputStream {
    private final FileChannel file;
    private final long offset;
    private long written;

    ExtentOutput(FileChannel file, long offset) {
      this.file = file;
      this.offset = offset;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int from, int length) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(source, from, length);
      while (bytes.hasRemaining()) {
        written += file.write(bytes, offset + written);
      }
    }

    long written() {
      return written;
    }
  }

  /** A window on a file. The file belongs to somebody else, who closes it. */
  private static final class ExtentInput implements SeekableByteChannel {
    private final FileChannel file;
    private final long offset;
    private final long size;
    private long position;
    private boolean open = true;

    ExtentInput(FileChannel file, long offset, long size) {
      this.file = file;
      this.offset = offset;
      this.size = size;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      long left = size - position;
      if (left <= 0) {
        return -1;
      }
      int limit = target.limit();
      if (target.remaining() > left) {
        target.limit(target.position() + (int) left);
      }
      try {
        int count = file.read(target, offset + position);
        if (count > 0) {
          position += count;
        }
        return count;
      } finally {
        target.limit(limit);
      }
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) {
      position = newPosition;
      return this;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {
      open = false;
    }

    @Override
    public int write(ByteBuffer source) {
      throw new UnsupportedOperationException("read only");
    }

    @Override
    public SeekableByteChannel truncate(long newSize) {
      throw new UnsupportedOperationException("read only");
    }
  }
}
