package io.penstock.importer.csv;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads gzip files (RFC 1952) of any number of members to their very end. The JDK's stream asks
 * {@code available()} whether another member follows, and takes a damaged one for the end: both
 * lose rows without an error. Here everything behind the last member but zero padding is a fault,
 * and so are a wrong checksum and a file that breaks off. Not thread-safe.
 */
public final class GunzipStream extends InputStream {
  private static final int FHCRC = 2;
  private static final int FEXTRA = 4;
  private static final int FNAME = 8;
  private static final int FCOMMENT = 16;
  private static final int MAX_HEADER_TEXT = 64 << 10;

  /** So much may be unpacked before the ratio is looked at. */
  public static final long FREE_BYTES = 1L << 30;

  private final InputStream source;
  private final int maxRatio;
  private final boolean mayBeEmpty;
  private long packed;
  private long unpacked;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] buffer = new byte[64 << 10];
  private int position;
  private int filled;
  private boolean started;
  private boolean inMember;
  private boolean ended;

  /**
   * Reads nothing yet. Closing it closes the source.
   *
   * @param maxRatio of unpacked to packed bytes
   */
  public GunzipStream(InputStream source, int maxRatio) {
    this(source, maxRatio, false);
  }

  /**
   * @param mayBeEmpty whether no byte at all is nothing packed, and not a damaged file
   */
  public GunzipStream(InputStream source, int maxRatio, boolean mayBeEmpty) {
    this.source = source;
    this.maxRatio = maxRatio;
    this.mayBeEmpty = mayBeEmpty;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * @throws PlatformException {@code INVALID_CSV} when it is not gzip, damaged or cut off
   */
  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      if (!inMember && !beginMember()) {
        ended = true;
        break;
      }
      int inflated = inflate(target, offset, length);
      if (inflated > 0) {
        return inflated;
      }
    }
    return -1;
  }

  private int inflate(byte[] target, int offset, int length) throws IOException {
    try {
      int inflated = inflater.inflate(target, offset, length);
      crc.update(target, offset, inflated);
      unpacked += inflated;
      requireRatio();
      if (inflater.finished()) {
        position = filled - inflater.getRemaining();
        endMember();
      } else if (inflater.needsDictionary()) {
        throw damaged("it wants a dictionary");
      } else if (inflated == 0 && inflater.needsInput()) {
        if (!fill()) {
          throw damaged("it breaks off");
        }
        inflater.setInput(buffer, position, filled - position);
      }
      return inflated;
    } catch (DataFormatException e) {
      throw new PlatformException(
          ErrorCode.INVALID_CSV, "The file is damaged gzip: its data cannot be inflated.", e);
    }
  }

  private void requireRatio() {
    if (unpacked > FREE_BYTES && unpacked / maxRatio > packed) {
      throw new PlatformException(
          ErrorCode.INVALID_CSV,
          "The gzip file unpacks to more than %d times its size, which looks like a bomb: load it unpacked, or cut into files that unpack to less than %d bytes."
              .formatted(maxRatio, FREE_BYTES));
    }
  }

  /** False at the end of the file. */
  private boolean beginMember() throws IOException {
    boolean first = !started;
    int magic = next();
    if (!first) {
      while (magic == 0) { // padding to a block, as tapes and some archivers leave it
        magic = next();
      }
    }
    if (magic < 0) {
      if (first && !mayBeEmpty) {
        throw damaged("it is empty");
      }
      return false;
    }
    if (magic != 0x1f || next() != 0x8b || next() != 8) {
      throw first
          ? new PlatformException(
              ErrorCode.INVALID_CSV, "The file's name ends in .gz, but it is not gzip.")
          : damaged("something that is not gzip follows the data");
    }
    started = true;
    header();
    inflater.reset();
    crc.reset();
    inflater.setInput(buffer, position, filled - position);
    inMember = true;
    return true;
  }

  private void header() throws IOException {
    int flags = require();
    for (int i = 0; i < 6; i++) { // time, extra flags, system
      require();
    }
    if ((flags & FEXTRA) != 0) {
      int length = require() | require() << 8;
      for (int i = 0; i < length; i++) {
        require();
      }
    }
    if ((flags & FNAME) != 0) {
      skipText();
    }
    if ((flags & FCOMMENT) != 0) {
      skipText();
    }
    if ((flags & FHCRC) != 0) {
      require();
      require();
    }
  }

  private void skipText() throws IOException {
    for (int i = 0; require() != 0; i++) {
      if (i > MAX_HEADER_TEXT) {
        throw damaged("its header has no end");
      }
    }
  }

  private void endMember() throws IOException {
    long checksum = word();
    long size = word();
    if (checksum != crc.getValue() || size != (inflater.getBytesWritten() & 0xffffffffL)) {
      throw damaged("its checksum is wrong");
    }
    inMember = false;
  }

  private long word() throws IOException {
    return require() | (long) require() << 8 | (long) require() << 16 | (long) require() << 24;
  }

  private int require() throws IOException {
    int value = next();
    if (value < 0) {
      throw damaged("it breaks off");
    }
    return value;
  }

  private int next() throws IOException {
    return position < filled || fill() ? buffer[position++] & 0xff : -1;
  }

  private boolean fill() throws IOException {
    position = 0;
    filled = Math.max(0, source.read(buffer, 0, buffer.length));
    packed += filled;
    return filled > 0;
  }

  private static PlatformException damaged(String how) {
    return new PlatformException(
        ErrorCode.INVALID_CSV, "The file is damaged gzip: %s; upload it again.".formatted(how));
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    source.close();
  }
}
