package io.penstock.uploader;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file as it is. Each part is read twice, for its digest and when it is sent, and so from the
 * cache the second time; none is held in memory.
 */
final class PlainStock extends PartStock {
  private static final int BUFFER = 1 << 17;

  private final Path file;
  private final long size;
  private final long partSize;
  private final ProgressMeter meter;
  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private long position;

  PlainStock(SourceFile file, ObjectPlan plan, ProgressMeter meter, boolean withMd5) {
    super(withMd5);
    this.file = file.path();
    this.size = file.size();
    this.partSize = plan.partSize();
    this.meter = meter;
    try {
      this.in = Files.newInputStream(file.path());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file.path(), e);
    }
  }

  @Override
  @Nullable OutgoingPart next() {
    if (ended()) {
      return null;
    }
    long offset = position;
    long length = Math.min(partSize, size - offset);
    try {
      for (long left = length; left > 0; ) {
        int got = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (got < 0) {
          throw new EOFException(file + " has become shorter");
        }
        digest(buffer, got);
        left -= got;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    position += length;
    return part(length, new FilePart(file, offset, length, meter));
  }

  @Override
  boolean ended() {
    return position == size;
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
