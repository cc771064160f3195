package io.penstock.uploader;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What an object store may know a part by.
 *
 * @param crc32 base64 of the big-endian value, as {@code x-amz-checksum-crc32}
 * @param md5 hexadecimal, as an entity tag; null when nobody will ask
 */
record PartSums(String crc32, @Nullable String md5) {

  /** Sums of what is put into it, for one part. */
  static final class Running {
    private final CRC32 crc32 = new CRC32();
    private final @Nullable MessageDigest md5;

    Running(boolean withMd5) {
      this.md5 = withMd5 ? digest("MD5") : null;
    }

    void add(byte[] bytes, int count) {
      crc32.update(bytes, 0, count);
      if (md5 != null) {
        md5.update(bytes, 0, count);
      }
    }

    PartSums end() {
      byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt((int) crc32.getValue()).array();
      return new PartSums(
          Base64.getEncoder().encodeToString(value),
          md5 == null ? null : HexFormat.of().formatHex(md5.digest()));
    }
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }
}
