package io.penstock.uploader;

import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an object, in parts and in their order; what it gives out is digested. The same
 * source gives the same parts every time. Used by one thread, the parts' bodies by others.
 */
abstract class PartStock implements AutoCloseable {
  private final MessageDigest sha256 = PartSums.digest("SHA-256");
  private final boolean withMd5;
  private PartSums.Running sums;
  private long bytes;
  private int number;

  /**
   * @param withMd5 true: each part's MD5 is worked out too
   */
  PartStock(boolean withMd5) {
    this.withMd5 = withMd5;
    this.sums = new PartSums.Running(withMd5);
  }

  /**
   * The next part; null after the last.
   *
   * @throws java.io.UncheckedIOException when the source cannot be read
   */
  abstract @Nullable OutgoingPart next() throws InterruptedException;

  /** Whether {@link #next} has no more. */
  abstract boolean ended();

  @Override
  public abstract void close();

  /** To be called with all bytes, in their order. */
  final void digest(byte[] buffer, int count) {
    sha256.update(buffer, 0, count);
    sums.add(buffer, count);
    bytes += count;
  }

  /** A part of what was digested since the last one. */
  final OutgoingPart part(long length, OutgoingPart.Body body) {
    var part = new OutgoingPart(++number, length, body, sums.end());
    sums = new PartSums.Running(withMd5);
    return part;
  }

  final int parts() {
    return number;
  }

  final long bytes() {
    return bytes;
  }

  /** Of all bytes; to be asked once, after the last part. */
  final String sha256() {
    return HexFormat.of().formatHex(sha256.digest());
  }

  /** The stock of this source by this plan. */
  static PartStock of(SourceFile file, ObjectPlan plan, ProgressMeter meter, boolean withMd5) {
    return plan.gzip()
        ? new PackedStock(file, plan, meter, withMd5)
        : new PlainStock(file, plan, meter, withMd5);
  }
}
