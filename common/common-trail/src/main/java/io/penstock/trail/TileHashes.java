package io.penstock.trail;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Proofs and roots out of tiles (RFC 6962, sections 2.1.1 and 2.1.2). Remembers a few tiles. Not
 * thread-safe. What it answers is as good as the tiles: compare {@link #root} with a checkpoint.
 *
 * <p>Every method throws {@link IllegalArgumentException} when a tile is missing or has another
 * size.
 */
public final class TileHashes {
  private static final int HEIGHT = 8;
  private static final int REMEMBERED = 64;

  private final TileSource source;
  private final long stored;
  private final Map<TilePath, Tile> tiles = new Recent();

  /**
   * @param stored the size of the tree that the tiles were written for: that of a checkpoint
   */
  public TileHashes(TileSource source, long stored) {
    this.source = source;
    this.stored = stored;
  }

  public Hash leaf(long index) {
    check(index >= 0 && index < stored, "No leaf %d".formatted(index));
    return subtree(0, index);
  }

  /** The root over the first {@code size} leaves. */
  public Hash root(long size) {
    check(size >= 0 && size <= stored, "No tree of size %d".formatted(size));
    return size == 0 ? Hash.EMPTY_ROOT : range(0, size);
  }

  /** That a leaf stands in the tree of this size: the hashes beside its path, from the leaf up. */
  public List<Hash> inclusion(long index, long size) {
    check(
        index >= 0 && index < size && size <= stored,
        "No leaf %d in a tree of size %d".formatted(index, size));
    List<Hash> proof = new ArrayList<>();
    path(index, 0, size, proof);
    return proof;
  }

  /** That the tree of a size is the beginning of the tree of another. */
  public List<Hash> consistency(long oldSize, long size) {
    check(
        oldSize >= 0 && oldSize <= size && size <= stored,
        "No tree of size %d in a tree of size %d".formatted(oldSize, size));
    List<Hash> proof = new ArrayList<>();
    if (oldSize > 0 && oldSize < size) {
      subproof(oldSize, 0, size, true, proof);
    }
    return proof;
  }

  private void path(long index, long from, long to, List<Hash> proof) {
    if (to - from == 1) {
      return;
    }
    long middle = from + split(to - from);
    if (index < middle) {
      path(index, from, middle, proof);
      proof.add(range(middle, to));
    } else {
      path(index, middle, to, proof);
      proof.add(range(from, middle));
    }
  }

  /** SUBPROOF of RFC 6962, section 2.1.2; the old tree ends at {@code oldEnd}. */
  private void subproof(long oldEnd, long from, long to, boolean whole, List<Hash> proof) {
    if (oldEnd == to) {
      if (!whole) {
        proof.add(range(from, to));
      }
      return;
    }
    long middle = from + split(to - from);
    if (oldEnd <= middle) {
      subproof(oldEnd, from, middle, whole, proof);
      proof.add(range(middle, to));
    } else {
      subproof(oldEnd, middle, to, false, proof);
      proof.add(range(from, middle));
    }
  }

  /** The root over the leaves from one to another, as it stands in a tree that begins at 0. */
  private Hash range(long from, long to) {
    long width = to - from;
    if (Long.bitCount(width) == 1) {
      int height = Long.numberOfTrailingZeros(width);
      return subtree(height, from >> height);
    }
    long middle = from + split(width);
    return Hash.node(range(from, middle), range(middle, to));
  }

  /** The root of a complete subtree. */
  private Hash subtree(int height, long index) {
    int level = height / HEIGHT;
    int above = height % HEIGHT;
    long first = index << above;
    int place = (int) (first & (TilePath.FULL - 1));
    return tile(level, first >> HEIGHT).subtree(place, above);
  }

  private Tile tile(int level, long index) {
    long width = (stored >> (HEIGHT * level)) - index * TilePath.FULL;
    TilePath path = new TilePath(level, index, (int) Math.min(TilePath.FULL, width));
    return tiles.computeIfAbsent(
        path,
        missing ->
            Tile.read(source, missing)
                .orElseThrow(() -> new IllegalArgumentException(missing + " is missing")));
  }

  /** The largest power of two below the width. */
  private static long split(long width) {
    return Long.highestOneBit(width - 1);
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private static final class Recent extends LinkedHashMap<TilePath, Tile> {
    private static final long serialVersionUID = 1;

    Recent() {
      super(REMEMBERED, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<TilePath, Tile> eldest) {
      return size() > REMEMBERED;
    }
  }
}
