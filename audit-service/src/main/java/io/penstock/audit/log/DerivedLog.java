package io.penstock.audit.log;

import io.penstock.audit.keep.SegmentStore;
import io.penstock.audit.keep.Trail;
import io.penstock.trail.Checkpoint;
import io.penstock.trail.EntryBundle;
import io.penstock.trail.Hash;
import io.penstock.trail.TilePath;
import io.penstock.trail.TileSource;
import io.penstock.trail.TreeEdge;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A trail's log in the making: takes segments, gives tiles and bundles. Lines are hashed as they
 * stand, and never parsed. Not thread-safe.
 */
final class DerivedLog {
  private final Trail trail;
  private final TreeEdge tree;
  private final BundleEdge bundles;
  private final @Nullable Checkpoint claimed;

  private DerivedLog(Trail trail, TreeEdge tree, BundleEdge bundles, @Nullable Checkpoint claimed) {
    this.trail = trail;
    this.tree = tree;
    this.bundles = bundles;
    this.claimed = claimed;
  }

  /**
   * From the first segment on.
   *
   * @param claimed what a checkpoint says: its root has to come out
   */
  static DerivedLog anew(Trail trail, @Nullable Checkpoint claimed) {
    return new DerivedLog(trail, new TreeEdge(), new BundleEdge(), claimed);
  }

  /**
   * From a checkpoint on.
   *
   * @throws IllegalArgumentException when its tiles are not there, or do not lead to its root
   */
  static DerivedLog after(Trail trail, Checkpoint checkpoint, TileSource tiles) {
    TreeEdge tree = TreeEdge.restore(tiles, checkpoint.size());
    if (!tree.root().equals(checkpoint.root())) {
      throw new IllegalArgumentException("The tiles do not lead to the root of the checkpoint");
    }
    List<Hash> leaves =
        tree.partial().stream()
            .filter(tile -> tile.path().level() == 0)
            .flatMap(tile -> IntStream.range(0, tile.path().width()).mapToObj(tile::hash))
            .toList();
    BundleEdge bundles = BundleEdge.restore(tiles, checkpoint.size(), leaves);
    return new DerivedLog(trail, tree, bundles, null);
  }

  /** How many entries it has: the index that the next segment begins with. */
  long size() {
    return tree.size();
  }

  /** Whether the root of the checkpoint that it has to lead to has come out. */
  boolean isAsClaimed() {
    return claimed == null || size() >= claimed.size();
  }

  Checkpoint checkpoint(String origin) {
    return new Checkpoint(origin, tree.size(), tree.root());
  }

  /**
   * @param lines the segment that begins with the next index
   */
  void append(byte[] lines) {
    String begin = "{\"index\":" + size() + ",";
    byte[] head = begin.getBytes(StandardCharsets.US_ASCII);
    if (lines.length < head.length || !begins(lines, head) || lines[lines.length - 1] != '\n') {
      throw new LogContradiction(
          "%s does not begin with record %d".formatted(SegmentStore.key(trail, size()), size()));
    }
    int from = 0;
    for (int to = 0; to < lines.length; to++) {
      if (lines[to] == '\n') {
        append(lines, from, to - from);
        from = to + 1;
      }
    }
  }

  private void append(byte[] lines, int from, int length) {
    if (length > EntryBundle.LARGEST_ENTRY) {
      throw new LogContradiction("Record " + size() + " is longer than an entry can be");
    }
    tree.append(Hash.leaf(lines, from, length));
    bundles.append(lines, from, length);
    if (claimed != null && claimed.size() == size() && !claimed.root().equals(tree.root())) {
      throw new LogContradiction(
          "The checkpoint of size %d has another root than the segments lead to"
              .formatted(claimed.size()));
    }
  }

  private static boolean begins(byte[] lines, byte[] head) {
    return Arrays.equals(lines, 0, head.length, head, 0, head.length);
  }

  /** Tiles and bundles that became full since the last call. */
  Map<TilePath, byte[]> takeFull() {
    Map<TilePath, byte[]> full = bundles.takeFull();
    tree.takeFull().forEach(tile -> full.put(tile.path(), tile.bytes()));
    return full;
  }

  Map<TilePath, byte[]> partial() {
    Map<TilePath, byte[]> partial = new LinkedHashMap<>(bundles.partial());
    tree.partial().forEach(tile -> partial.put(tile.path(), tile.bytes()));
    return partial;
  }
}
