package io.penstock.uploader;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Packs bytes into one complete member of a gzip file (<a
 * href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>; a file may have many, 2.2). No time
 * and no name is in it, so that the same bytes give the same member.
 */
final class GzipMember {
  /** Magic, deflate, no flags, no time, no hint, unknown system: 2.3. */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private GzipMember() {}

  /**
   * @param level 1, fast, to 9, small
   */
  static byte[] of(byte[] bytes, int level) {
    var packed = new ByteArrayOutputStream(bytes.length / 4 + 64);
    packed.writeBytes(HEADER);
    try (var deflater = new Deflater(level, true)) {
      deflater.setInput(bytes);
      deflater.finish();
      byte[] buffer = new byte[1 << 16];
      while (!deflater.finished()) {
        packed.write(buffer, 0, deflater.deflate(buffer));
      }
    }
    var crc = new CRC32();
    crc.update(bytes);
    packed.writeBytes(
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt((int) crc.getValue())
            .putInt(bytes.length)
            .array());
    return packed.toByteArray();
  }
}
