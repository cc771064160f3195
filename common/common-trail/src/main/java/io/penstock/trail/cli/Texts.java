package io.penstock.trail.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Function;

/** Small files. */
final class Texts {
  private Texts() {}

  /**
   * @param limit a longer file is another one
   * @throws IllegalArgumentException when it is not there or too long
   */
  static String read(Path file, int limit) {
    boolean standardInput = file.toString().equals("-");
    if (!standardInput) {
      requireFile(file);
    }
    try (InputStream in = standardInput ? System.in : Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new IllegalArgumentException(file + " is too large to be the right file");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /**
   * Reads a file of one kind.
   *
   * @throws IllegalArgumentException when it is not there or of another kind
   */
  static <T> T parse(Path file, int limit, Function<String, T> kind) {
    String text = read(file, limit);
    try {
      return kind.apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * @throws IllegalArgumentException when there is no such file
   */
  static void requireFile(Path file) {
    if (!Files.exists(file)) {
      throw new IllegalArgumentException("there is no file " + file);
    }
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException(file + " is a folder");
    }
  }

  /**
   * @throws IllegalArgumentException when the file could not be written for want of its folder
   */
  static void requireFolderOf(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IllegalArgumentException("there is no folder " + folder);
    }
  }

  /** Whole or not at all. */
  static void write(Path file, String text) throws IOException {
    Path target = file.toAbsolutePath();
    Path draft = Files.createTempFile(target.getParent(), ".draft", null);
    try {
      Files.writeString(draft, text, StandardCharsets.UTF_8);
      Files.move(
          draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** What a log says must not steer the terminal. */
  static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "\u00b7");
  }
}
