package io.penstock.uploader;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Files that are worth parts. */
final class LargeFiles {
  private static final int MEBIBYTE = 1 << 20;

  private LargeFiles() {}

  /** Lines of random digits, so that parts in the wrong order would be seen. */
  static Path digits(Path file, int mebibytes, int more) throws IOException {
    byte[] block = new byte[MEBIBYTE];
    Random random = new Random(7);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i <= mebibytes; i++) {
        random.nextBytes(block);
        for (int at = 0; at < block.length; at++) {
          block[at] = at % 64 == 63 ? (byte) '\n' : (byte) ('0' + (block[at] & 7));
        }
        out.write(block, 0, i < mebibytes ? block.length : more);
      }
    }
    return file;
  }
}
