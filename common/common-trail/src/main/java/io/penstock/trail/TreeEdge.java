package io.penstock.trail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The right edge of a growing tree: all that is needed to append leaves, to know the root, and to
 * write tiles. Holds at most 256 hashes for each level. Not thread-safe.
 */
public final class TreeEdge {
  private static final int HEIGHT = 8;

  private final List<Level> levels = new ArrayList<>();
  private final List<Tile> full = new ArrayList<>();
  private long size;

  /** The edge of the tree without leaves. */
  public TreeEdge() {}

  /**
   * The edge of a tree that stands in tiles. Whether it is the right tree, its {@link #root()}
   * tells.
   *
   * @throws IllegalArgumentException when a tile is missing or has another size
   */
  public static TreeEdge restore(TileSource source, long size) {
    TreeEdge edge = new TreeEdge();
    edge.size = size;
    int height = 0;
    for (long count = size; count > 0; count >>= HEIGHT, height++) {
      Level level = edge.level(height);
      level.index = count >> HEIGHT;
      level.width = (int) (count & (TilePath.FULL - 1));
      if (level.width > 0) {
        TilePath path = new TilePath(height, level.index, level.width);
        Tile tile =
            Tile.read(source, path)
                .orElseThrow(() -> new IllegalArgumentException(path + " is missing"));
        System.arraycopy(tile.bytes(), 0, level.hashes, 0, level.width * Hash.BYTES);
      }
    }
    return edge;
  }

  public void append(Hash leaf) {
    append(0, leaf);
    size++;
  }

  private void append(int height, Hash hash) {
    Level level = level(height);
    hash.copyTo(level.hashes, level.width * Hash.BYTES);
    level.width++;
    if (level.width == TilePath.FULL) {
      Tile tile = level.tile(height);
      full.add(tile);
      level.index++;
      level.width = 0;
      append(height + 1, tile.subtree(0, HEIGHT));
    }
  }

  public long size() {
    return size;
  }

  public Hash root() {
    @Nullable Hash right = null;
    for (int height = 0; height < levels.size(); height++) {
      right = levels.get(height).root(height, right);
    }
    return right == null ? Hash.EMPTY_ROOT : right;
  }

  /** The tiles that became full since the last call. */
  public List<Tile> takeFull() {
    List<Tile> taken = List.copyOf(full);
    full.clear();
    return taken;
  }

  /** The tiles that are not full: at most one for each level. */
  public List<Tile> partial() {
    List<Tile> tiles = new ArrayList<>();
    for (int height = 0; height < levels.size(); height++) {
      if (levels.get(height).width > 0) {
        tiles.add(levels.get(height).tile(height));
      }
    }
    return tiles;
  }

  private Level level(int height) {
    while (levels.size() <= height) {
      levels.add(new Level());
    }
    return levels.get(height);
  }

  /** The last tile of a level. */
  private static final class Level {
    final byte[] hashes = new byte[TilePath.FULL * Hash.BYTES];
    long index;
    int width;

    Tile tile(int height) {
      return new Tile(
          new TilePath(height, index, width), Arrays.copyOf(hashes, width * Hash.BYTES));
    }

    /** The root over this level's last tile and the tree to the right of it. */
    @Nullable Hash root(int height, @Nullable Hash right) {
      if (width == 0) {
        return right;
      }
      Tile tile = tile(height);
      @Nullable Hash root = right;
      int end = width;
      for (int bit = 0; bit < HEIGHT; bit++) {
        if ((width >> bit & 1) == 1) {
          end -= 1 << bit;
          Hash left = tile.subtree(end, bit);
          root = root == null ? left : Hash.node(left, root);
        }
      }
      return root;
    }
  }
}
