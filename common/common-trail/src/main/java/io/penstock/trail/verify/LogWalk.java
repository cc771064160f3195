package io.penstock.trail.verify;

import io.penstock.trail.Checkpoint;
import io.penstock.trail.EntryBundle;
import io.penstock.trail.Hash;
import io.penstock.trail.Tile;
import io.penstock.trail.TilePath;
import io.penstock.trail.TreeEdge;
import io.penstock.trail.verify.LogCopy.IndexedEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a log once, from its first entry to the last, and builds its tree anew.
 *
 * <p>A tile and the bundle below it say the same twice. Where they differ, the tile above decides
 * which of them is believed; where there is none, the caller: only the root shows whether that was
 * right. The other one gets the findings.
 */
final class LogWalk {
  /** Stands for a leaf that is nowhere to be found; no entry has this hash. */
  static final Hash UNKNOWN = Hash.EMPTY_ROOT;

  private static final int TILE_HEIGHT = 8;

  private final LogCopy copy;
  private final Checkpoint checkpoint;
  private final boolean believeBundles;
  private final Findings findings;
  private final EntryReader entries;
  private final List<TreeWatch> watches;
  private final TreeEdge edge = new TreeEdge();
  private Iterator<IndexedEntry> told;
  private long lastTold = -1;
  private @Nullable IndexedEntry nextTold;
  private @Nullable Tile parent;
  private boolean disputed;
  private boolean holes;
  private long hashed;
  private long tiles;
  private long bundles;

  /** Is given the entries in their order, each once. */
  @FunctionalInterface
  interface EntryReader {

    /** An entry whose hash is the one that was signed for this place. */
    void accept(long index, byte[] bytes, String place);
  }

  LogWalk(
      LogCopy copy,
      Checkpoint checkpoint,
      boolean believeBundles,
      Findings findings,
      EntryReader entries,
      List<TreeWatch> watches) {
    this.copy = copy;
    this.checkpoint = checkpoint;
    this.believeBundles = believeBundles;
    this.findings = findings;
    this.entries = entries;
    this.watches = watches;
    this.told = copy.hasBundles() ? Collections.emptyIterator() : copy.entries();
  }

  void run() {
    watches.forEach(watch -> watch.grown(edge));
    for (long first = 0; first < checkpoint.size(); first += TilePath.FULL) {
      int width = (int) Math.min(TilePath.FULL, checkpoint.size() - first);
      List<Hash> leaves = row(first >> TILE_HEIGHT, width);
      for (Hash leaf : leaves) {
        edge.append(leaf);
        if (!holes) {
          watches.forEach(watch -> watch.grown(edge));
        }
      }
      edge.takeFull().forEach(this::compareUpper);
      tell(first, leaves);
      watches.forEach(watch -> watch.accept(leaves));
    }
    edge.partial().forEach(this::compareUpper);
    watches.forEach(TreeWatch::finish);
  }

  /** Whether the tree that was built has the root of the checkpoint. */
  boolean hasRoot() {
    return !holes && edge.root().equals(checkpoint.root());
  }

  /** Whether a tile and its bundle differed and nothing decided between them. */
  boolean isDisputed() {
    return disputed;
  }

  /** Whether leaves were nowhere to be found, so that there is no root to compare. */
  boolean hasHoles() {
    return holes;
  }

  long hashed() {
    return hashed;
  }

  long tiles() {
    return tiles;
  }

  long bundles() {
    return bundles;
  }

  /** The leaf hashes that are believed; what differs from them becomes a finding. */
  private List<Hash> row(long index, int width) {
    TilePath path = new TilePath(0, index, width);
    Optional<Tile> tile = tile(path);
    Optional<List<byte[]>> bundle = bundle(index, width);
    List<Hash> leaves = tile.map(LogWalk::hashes).orElse(List.of());
    if (tile.isEmpty()) {
      blameTile(path);
    }
    List<Hash> computed = List.of();
    if (bundle.isPresent()) {
      computed = bundle.get().stream().map(Hash::leaf).toList();
      hashed += computed.size();
      if (tile.isEmpty()) {
        leaves = computed;
      } else if (!computed.equals(leaves) && bundleIsRight(path, leaves, computed)) {
        blameTile(path, leaves, computed);
        leaves = computed;
      }
    }
    boolean unknown = leaves.size() != width;
    if (unknown) {
      holes = true;
      leaves = Collections.nCopies(width, UNKNOWN);
    }
    if (bundle.isPresent()) {
      read(path, unknown || computed.equals(leaves) ? null : leaves, bundle.get());
    }
    return leaves;
  }

  /**
   * Looks at the entries one by one, unless they are not those that were signed.
   *
   * @param leaves what they have to be, and may not be; null when there is nothing to compare
   */
  private void read(TilePath path, @Nullable List<Hash> leaves, List<byte[]> bundle) {
    long first = path.index() * TilePath.FULL;
    String place = TilePath.entries(path.index(), path.width());
    if (leaves == null || new RunCheck(first, leaves, bundle, place, findings).run()) {
      for (int at = 0; at < Math.min(path.width(), bundle.size()); at++) {
        entries.accept(first + at, bundle.get(at), place);
      }
    }
  }

  private boolean bundleIsRight(TilePath path, List<Hash> leaves, List<Hash> computed) {
    if (computed.size() != path.width()) {
      return false;
    }
    Optional<Hash> above = above(path);
    if (above.isPresent()) {
      boolean tileFits = subtree(leaves).equals(above.get());
      boolean bundleFits = subtree(computed).equals(above.get());
      if (tileFits != bundleFits) {
        return bundleFits;
      }
    }
    disputed = true;
    return believeBundles;
  }

  /** What the stored tile above says of a full tile. */
  private Optional<Hash> above(TilePath path) {
    long parents = checkpoint.size() >> TILE_HEIGHT;
    if (!path.isFull()) {
      return Optional.empty();
    }
    long index = path.index() >> TILE_HEIGHT;
    if (parent == null || parent.path().index() != index) {
      int width = (int) Math.min(TilePath.FULL, parents - index * TilePath.FULL);
      try {
        parent = Tile.read(copy, new TilePath(1, index, width)).orElse(null);
      } catch (IllegalArgumentException _) {
        parent = null;
      }
    }
    int at = (int) (path.index() & TilePath.FULL - 1);
    return Optional.ofNullable(parent).map(tile -> tile.hash(at));
  }

  private static Hash subtree(List<Hash> leaves) {
    TreeEdge tree = new TreeEdge();
    leaves.forEach(tree::append);
    return tree.root();
  }

  private void blameTile(TilePath path) {
    long first = path.index() * TilePath.FULL;
    long last = first + path.width() - 1;
    findings.add(
        isAbsent(path)
            ? Finding.growth(
                Problem.TILE, first, last, path.toString(), "have no tile with their hashes")
            : new Finding(
                Problem.TILE,
                first,
                last,
                path.toString(),
                "have no readable tile with their hashes"));
  }

  private void blameTile(TilePath path, List<Hash> stored, List<Hash> computed) {
    long first = path.index() * TilePath.FULL;
    for (int at = 0; at < stored.size(); at++) {
      if (!stored.get(at).equals(computed.get(at))) {
        findings.add(
            Finding.of(Problem.TILE, first + at, path.toString(), "has another hash in its tile"));
      }
    }
  }

  private static List<Hash> hashes(Tile tile) {
    List<Hash> hashes = new ArrayList<>(tile.path().width());
    for (int at = 0; at < tile.path().width(); at++) {
      hashes.add(tile.hash(at));
    }
    return hashes;
  }

  private Optional<Tile> tile(TilePath path) {
    try {
      Optional<Tile> tile = Tile.read(copy, path);
      tiles += tile.isPresent() ? 1 : 0;
      return tile;
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // of another size: as good as missing
    }
  }

  private Optional<List<byte[]>> bundle(long index, int width) {
    if (!copy.hasBundles()) {
      return Optional.empty();
    }
    String place = TilePath.entries(index, width);
    long first = index * TilePath.FULL;
    try {
      Optional<List<byte[]>> bundle = readBundle(index, width);
      bundles += bundle.isPresent() ? 1 : 0;
      if (bundle.isEmpty()) {
        findings.add(
            Finding.growth(
                Problem.MISSING, first, first + width - 1, place, "have no bundle, though signed"));
      }
      return bundle;
    } catch (IllegalArgumentException e) {
      findings.add(
          new Finding(
              Problem.ALTERED,
              first,
              first + width - 1,
              place,
              "stand in a bundle that cannot be read: " + e.getMessage()));
      return Optional.empty();
    }
  }

  /** A partial bundle may have gone when the full one came, which begins with it. */
  private Optional<List<byte[]>> readBundle(long index, int width) {
    Optional<List<byte[]>> exact =
        copy.read(TilePath.entries(index, width)).map(EntryBundle::decode);
    if (exact.isPresent() || width == TilePath.FULL) {
      return exact;
    }
    return copy.read(TilePath.entries(index, TilePath.FULL))
        .map(EntryBundle::decode)
        .map(all -> all.subList(0, Math.min(width, all.size())));
  }

  /** A tile above the leaves, as it has to be. */
  private void compareUpper(Tile computed) {
    if (computed.path().level() == 0 || holes) {
      return;
    }
    Optional<Tile> stored = tile(computed.path());
    if (stored.isPresent() && Arrays.equals(stored.get().bytes(), computed.bytes())) {
      return;
    }
    TilePath path = computed.path();
    int shift = TILE_HEIGHT * path.level();
    long at = path.index() * TilePath.FULL;
    int place = 0;
    while (stored.isPresent() && stored.get().hash(place).equals(computed.hash(place))) {
      place++;
    }
    long first = (at + place) << shift;
    long last = Math.min(checkpoint.size(), (at + path.width()) << shift) - 1;
    if (stored.isPresent()) {
      findings.add(
          new Finding(
              Problem.TILE,
              first,
              last,
              path.toString(),
              "have another hash in the tree above them"));
    } else if (isAbsent(path)) {
      findings.add(
          Finding.growth(
              Problem.TILE, first, last, path.toString(), "have no tile in the tree above them"));
    } else {
      findings.add(
          new Finding(
              Problem.TILE,
              first,
              last,
              path.toString(),
              "have no readable tile in the tree above them"));
    }
  }

  /** Neither the tile itself stands there nor the full one that begins with it. */
  private boolean isAbsent(TilePath path) {
    try {
      return copy.read(path.toString()).isEmpty()
          && copy.read(TilePath.hash(path.level(), path.index(), TilePath.FULL)).isEmpty();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /** Compares the entries that were told without bundles. */
  private void tell(long first, List<Hash> leaves) {
    long end = first + leaves.size();
    while (told.hasNext() || nextTold != null) {
      IndexedEntry entry = nextTold == null ? told.next() : nextTold;
      if (entry.index() >= end) {
        nextTold = entry;
        return;
      }
      nextTold = null;
      if (entry.index() < first || entry.index() <= lastTold) {
        findings.add(
            Finding.of(Problem.OUT_OF_ORDER, entry.index(), "entries", "is told too late"));
        told = Collections.emptyIterator(); // what goes back may never end
        return;
      }
      lastTold = entry.index();
      hashed++;
      if (leaves.getFirst().equals(UNKNOWN)) {
        continue; // its tile is a finding
      }
      List<Hash> expected = List.of(leaves.get((int) (entry.index() - first)));
      if (new RunCheck(entry.index(), expected, List.of(entry.entry()), "entries", findings)
          .run()) {
        entries.accept(entry.index(), entry.entry(), "entries");
      }
    }
  }
}
