package io.penstock.embedded.objects;

import io.penstock.embedded.objects.ObjectIndex.Extent;
import io.penstock.model.Json;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * An object's file, open for reading. It stays readable when the object is replaced or removed in
 * the meantime. Format: extents, the index as one more extent (number 0), and a trailer of 40
 * bytes, all numbers big-endian: magic, the object's length, its time in milliseconds, the index's
 * offset, the index's length.
 */
final class ObjectFile implements Closeable {
  private static final long MAGIC = 0x504e53544f424a31L; // "PNSTOBJ1"
  private static final int TRAILER = 5 * Long.BYTES;
  private static final int INDEX = 0;

  private final FileChannel file;
  private final Sealing sealing;
  private final ObjectIndex index;

  private ObjectFile(FileChannel file, Sealing sealing, ObjectIndex index) {
    this.file = file;
    this.sealing = sealing;
    this.index = index;
  }

  /** What the trailer tells without any key. */
  record Summary(long length, Instant modified) {}

  /**
   * Writes index and trailer and waits until all of the file is on disk.
   *
   * @param offset at or behind the end of the last extent
   */
  static void finish(FileChannel file, long offset, Sealing sealing, ObjectIndex index)
      throws IOException {
    byte[] json = Json.write(index).getBytes(StandardCharsets.UTF_8);
    Extent where =
        sealing.seal(file, offset, INDEX, new ByteArrayInputStream(json), json.length, md5());
    ByteBuffer trailer =
        ByteBuffer.allocate(TRAILER)
            .putLong(MAGIC)
            .putLong(index.length())
            .putLong(index.modified().toEpochMilli())
            .putLong(where.offset())
            .putLong(where.length())
            .flip();
    long end = where.offset() + where.sealed();
    while (trailer.hasRemaining()) {
      end += file.write(trailer, end);
    }
    file.force(true);
  }

  /** Reads the trailer only. */
  static Summary summary(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer trailer = trailer(file);
      return new Summary(trailer.getLong(8), Instant.ofEpochMilli(trailer.getLong(16)));
    }
  }

  static ObjectFile open(Path path, ObjectKeys keys, String bucket, String key) throws IOException {
    return open(path, Sealing.of(keys, bucket, key));
  }

  static ObjectFile open(Path path, Sealing sealing) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      ByteBuffer trailer = trailer(file);
      long offset = trailer.getLong(24);
      var where = new Extent(INDEX, offset, file.size() - TRAILER - offset, trailer.getLong(32));
      String json = new String(sealing.openAll(file, where), StandardCharsets.UTF_8);
      return new ObjectFile(file, sealing, Json.read(json, ObjectIndex.class));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static ByteBuffer trailer(FileChannel file) throws IOException {
    ByteBuffer trailer = ByteBuffer.allocate(TRAILER);
    long from = file.size() - TRAILER;
    while (from >= 0 && trailer.hasRemaining()) {
      if (file.read(trailer, from + trailer.position()) < 0) {
        break;
      }
    }
    if (trailer.hasRemaining() || trailer.getLong(0) != MAGIC) {
      throw new IOException("Not an object's file, or a damaged one");
    }
    return trailer;
  }

  ObjectIndex index() {
    return index;
  }

  /** Bytes from an offset on; closing the stream closes the file. */
  InputStream body(long offset, long length) {
    return new Body(offset, length);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has MD5", e);
    }
  }

  /** Goes through the extents, holding one open at a time. */
  private final class Body extends InputStream {
    private final Iterator<Extent> extents = index.extents().iterator();
    private long skip;
    private long left;
    private @Nullable SeekableByteChannel current;

    Body(long offset, long length) {
      this.skip = offset;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (left > 0) {
        SeekableByteChannel channel = current == null ? next() : current;
        int count = channel.read(ByteBuffer.wrap(target, from, (int) Math.min(length, left)));
        if (count > 0) {
          left -= count;
          return count;
        }
        if (count < 0) {
          channel.close();
          current = null;
        }
      }
      return -1;
    }

    private SeekableByteChannel next() throws IOException {
      while (extents.hasNext()) {
        Extent extent = extents.next();
        if (skip >= extent.length()) {
          skip -= extent.length();
          continue;
        }
        SeekableByteChannel channel = sealing.open(file, extent);
        if (skip > 0) {
          channel.position(skip);
          skip = 0;
        }
        current = channel;
        return channel;
      }
      throw new IOException("The object ends too early");
    }

    @Override
    public void close() throws IOException {
      if (current != null) {
        current.close();
      }
      file.close();
    }
  }
}
