package io.penstock.trail;

import java.util.Arrays;
import java.util.Optional;

/**
 * Up to 256 hashes that stand side by side on one level, and the tree above them.
 *
 * @param bytes the hashes, one after the other
 */
public record Tile(TilePath path, byte[] bytes) {

  /**
   * @throws IllegalArgumentException when the bytes are not as many hashes as the path says
   */
  public Tile {
    if (path.isEntries() || bytes.length != path.width() * Hash.BYTES) {
      throw new IllegalArgumentException(
          "%s has %d bytes instead of %d hashes".formatted(path, bytes.length, path.width()));
    }
  }

  /**
   * Reads a tile. A partial one may have gone when the full one came, which begins with it.
   *
   * @return empty when neither is there
   * @throws IllegalArgumentException when what is there has another size
   */
  public static Optional<Tile> read(TileSource source, TilePath path) {
    Optional<Tile> exact = source.read(path.toString()).map(bytes -> new Tile(path, bytes));
    if (exact.isPresent() || path.isFull()) {
      return exact;
    }
    TilePath full = new TilePath(path.level(), path.index(), TilePath.FULL);
    return source
        .read(full.toString())
        .map(bytes -> new Tile(full, bytes))
        .map(tile -> new Tile(path, Arrays.copyOf(tile.bytes, path.width() * Hash.BYTES)));
  }

  public Hash hash(int place) {
    return Hash.of(bytes, place * Hash.BYTES, Hash.BYTES);
  }

  /** The root over {@code 1 << height} hashes that begin at the place. */
  public Hash subtree(int place, int height) {
    if (height == 0) {
      return hash(place);
    }
    int half = 1 << (height - 1);
    return Hash.node(subtree(place, height - 1), subtree(place + half, height - 1));
  }
}
