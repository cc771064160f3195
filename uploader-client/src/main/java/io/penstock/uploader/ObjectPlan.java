package io.penstock.uploader;

import java.util.Locale;

/**
 * How a source becomes an object.
 *
 * @param name of the file in the project's file storage; {@code .gz} at its end says that it is
 *     packed
 * @param sourceBytes size of the source
 * @param gzipLevel 1 to 9: packed on the way; 0: sent as it is
 * @param partSize bytes of a part, but for the last; of a packed object at least so many
 */
record ObjectPlan(String name, long sourceBytes, int gzipLevel, long partSize) {
  static final long SINGLE_UP_TO = 16L << 20;
  private static final long MEBIBYTE = 1L << 20;
  private static final long PART = 8 * MEBIBYTE;

  /** Packed parts wait in memory: a little above the 5 MiB that S3 asks for at least. */
  private static final long PACKED_PART = 6 * MEBIBYTE;

  /**
   * <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html">Limit of S3</a>.
   */
  private static final long MOST_PARTS = 10_000;

  /** A source that is packed already is not packed twice. */
  static ObjectPlan of(SourceFile file, int gzipLevel) {
    boolean packed = file.name().toLowerCase(Locale.ROOT).endsWith(".gz");
    if (gzipLevel == 0 || packed) {
      long one = file.size() <= SINGLE_UP_TO ? SINGLE_UP_TO : partSize(file.size(), PART);
      return new ObjectPlan(file.name(), file.size(), 0, one);
    }
    // What cannot be packed grows a little: 5 bytes for each 16 kB, and 18 for each member.
    long most = file.size() + file.size() / 1000 + MEBIBYTE;
    return new ObjectPlan(file.name() + ".gz", file.size(), gzipLevel, partSize(most, PACKED_PART));
  }

  boolean gzip() {
    return gzipLevel > 0;
  }

  ObjectPlan withPartSize(long bytes) {
    return new ObjectPlan(name, sourceBytes, gzipLevel, bytes);
  }

  /** More than {@code usual} where the object would otherwise have too many parts. */
  static long partSize(long bytes, long usual) {
    long least = Math.ceilDiv(Math.ceilDiv(bytes, MOST_PARTS), MEBIBYTE) * MEBIBYTE;
    return Math.max(usual, least);
  }
}
