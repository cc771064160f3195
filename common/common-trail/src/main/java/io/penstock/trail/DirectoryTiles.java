package io.penstock.trail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A log that was copied into a directory. */
public final class DirectoryTiles implements TileSource {
  private final Path directory;

  public DirectoryTiles(Path directory) {
    this.directory = directory.toAbsolutePath().normalize();
  }

  @Override
  public Optional<byte[]> read(String path) {
    Path file = directory.resolve(path).normalize();
    if (!file.startsWith(directory) || Files.isDirectory(file)) {
      return Optional.empty();
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IllegalArgumentException(path + " is no file"); // a pipe may never end
    }
    try (InputStream in = Files.newInputStream(file)) {
      int largest = FileLimits.largest(path);
      byte[] bytes = in.readNBytes(largest + 1);
      if (bytes.length > largest) {
        throw FileLimits.exceeded(path);
      }
      return Optional.of(bytes);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
