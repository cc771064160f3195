package io.penstock.audit.log;

import io.penstock.trail.EntryBundle;
import io.penstock.trail.Hash;
import io.penstock.trail.TilePath;
import io.penstock.trail.TileSource;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The last bundle of entries, and those that became full before it. Not thread-safe. */
final class BundleEdge {
  private final Map<TilePath, byte[]> full = new LinkedHashMap<>();
  private final ByteArrayOutputStream last = new ByteArrayOutputStream();
  private long index;
  private int width;

  /**
   * The edge of a log that stands in bundles.
   *
   * @param leaves the hashes that its last entries must have
   * @throws IllegalArgumentException when the last bundle is missing or holds other entries
   */
  static BundleEdge restore(TileSource source, long size, List<Hash> leaves) {
    BundleEdge edge = new BundleEdge();
    edge.index = size / TilePath.FULL;
    if (leaves.isEmpty()) {
      return edge;
    }
    String path = TilePath.entries(edge.index, leaves.size());
    byte[] bundle =
        source
            .read(path)
            .or(() -> source.read(TilePath.entries(edge.index, TilePath.FULL)))
            .orElseThrow(() -> new IllegalArgumentException(path + " is missing"));
    List<byte[]> entries = EntryBundle.decode(bundle);
    for (int i = 0; i < leaves.size(); i++) {
      if (i >= entries.size() || !Hash.leaf(entries.get(i)).equals(leaves.get(i))) {
        throw new IllegalArgumentException(path + " holds other entries than its tile");
      }
      edge.append(entries.get(i), 0, entries.get(i).length);
    }
    return edge;
  }

  void append(byte[] source, int from, int length) {
    EntryBundle.append(last, source, from, length);
    width++;
    if (width == TilePath.FULL) {
      full.put(new TilePath(TilePath.ENTRIES, index, TilePath.FULL), last.toByteArray());
      last.reset();
      index++;
      width = 0;
    }
  }

  Map<TilePath, byte[]> takeFull() {
    Map<TilePath, byte[]> taken = new LinkedHashMap<>(full);
    full.clear();
    return taken;
  }

  /** Nothing when the log ends with a full one. */
  Map<TilePath, byte[]> partial() {
    return width == 0
        ? Map.of()
        : Map.of(new TilePath(TilePath.ENTRIES, index, width), last.toByteArray());
  }
}
