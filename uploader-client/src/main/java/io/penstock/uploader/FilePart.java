package io.penstock.uploader;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a file as a request's body, read from the disk while it is sent: memory does not
 * grow with the part. Each try reads anew. Used by one thread at a time.
 */
final class FilePart implements OutgoingPart.Body {
  private final Path file;
  private final long offset;
  private final long length;
  private final ProgressMeter meter;
  private @Nullable PartStream open;

  FilePart(Path file, long offset, long length, ProgressMeter meter) {
    this.file = file;
    this.offset = offset;
    this.length = length;
    this.meter = meter;
  }

  @Override
  public InputStream newStream() {
    PartStream last = open;
    if (last != null) {
      last.close();
      meter.add(last.left - length); // takes back what the earlier try had counted
    }
    try {
      // A channel of its own: an interrupt closes the channel it meets, and must not spoil another
      // part's.
      SeekableByteChannel channel = Files.newByteChannel(file);
      channel.position(offset);
      open = new PartStream(Channels.newInputStream(channel));
      return new BufferedInputStream(open, 1 << 16);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** Counts what was not read here, because an earlier run had sent it. */
  @Override
  public void arrived() {
    if (open == null) {
      meter.add(length);
    }
  }

  @Override
  public void close() {
    if (open != null) {
      open.close();
    }
  }

  private final class PartStream extends InputStream {
    private final InputStream in;
    private long left = length;

    PartStream(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int start, int count) throws IOException {
      if (left == 0) {
        return -1;
      }
      int got = in.read(buffer, start, (int) Math.min(count, left));
      if (got < 0) {
        throw new EOFException(file + " has become shorter");
      }
      left -= got;
      meter.add(got);
      if (left == 0) {
        close();
      }
      return got;
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close " + file, e);
      }
    }
  }
}
