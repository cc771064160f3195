package io.penstock.uploader;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The file to send, as it was when the upload began.
 *
 * @param name its last path element, by which the server knows gzip ({@code .gz})
 * @param size bytes, at least one
 */
record SourceFile(Path path, String name, long size, FileTime modified) {
  private static final int SAMPLE = 1 << 16;

  /**
   * @throws IllegalArgumentException when there is no such readable file, or nothing in it
   */
  static SourceFile of(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new IllegalArgumentException(
          path + (Files.exists(path) ? " is not a regular file" : " does not exist"));
    }
    if (!Files.isReadable(path)) {
      throw new IllegalArgumentException(path + " cannot be read");
    }
    try {
      long size = Files.size(path);
      if (size == 0) {
        throw new IllegalArgumentException(
            path + " is empty: its first line has to name the columns");
      }
      return new SourceFile(
          path, String.valueOf(path.getFileName()), size, Files.getLastModifiedTime(path));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }

  /** How a later run knows this file again. */
  Print print() {
    MessageDigest digest = PartSums.digest("SHA-256");
    try (var in = new RandomAccessFile(path.toFile(), "r")) {
      byte[] ends = new byte[SAMPLE];
      for (long offset : new long[] {0, Math.max(0, size - SAMPLE)}) {
        in.seek(offset);
        digest.update(ends, 0, Math.max(0, in.read(ends)));
      }
      String real = path.toRealPath().toString();
      return new Print(real, size, modified.toString(), HexFormat.of().formatHex(digest.digest()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }

  /**
   * What a file is known by.
   *
   * @param path absolute, links resolved
   * @param modified as exactly as the file system keeps it
   * @param sample SHA-256 of its first and last bytes
   */
  record Print(String path, long size, String modified, String sample) {}

  /**
   * Guards against half an old and half a new file in one object.
   *
   * @throws IllegalArgumentException when the file is no longer what it was
   */
  void requireUnchanged() {
    try {
      if (Files.size(path) == size && Files.getLastModifiedTime(path).equals(modified)) {
        return;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path + " any more", e);
    }
    throw new IllegalArgumentException(path + " changed while it was being sent; send it again");
  }
}
