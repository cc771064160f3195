package io.penstock.trail;

import java.util.Optional;

/** Reads what stands under a log's prefix. */
@FunctionalInterface
public interface TileSource {

  /**
   * @param path relative to the prefix, such as {@code tile/0/000} or {@code checkpoint}
   * @return empty when nothing stands there
   * @throws java.io.UncheckedIOException when it cannot be read now
   * @throws IllegalArgumentException when what stands there is larger than it can be, or no file
   */
  Optional<byte[]> read(String path);
}
