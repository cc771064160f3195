package io.penstock.audit.log;

import io.penstock.audit.keep.Trail;
import io.penstock.audit.keep.TrailObjects;
import io.penstock.aws.ObjectStore.Version;
import io.penstock.trail.Checkpoint;
import io.penstock.trail.SignedNote;
import io.penstock.trail.TilePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a log writes in the store, and how it compares what stands there. Each step is a method of
 * its own, after which the kill test ends the process.
 */
final class LogObjects {
  private static final String BYTES = "application/octet-stream";
  private static final String TEXT = "text/plain; charset=utf-8";
  static final String NEWEST = "checkpoint";
  private static final String CHECKPOINTS = "checkpoints/";
  private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,17}");

  private final TrailObjects objects;
  private final Trail trail;

  /** Partial tiles and bundles that are in the store, and will be superfluous. */
  private final Set<TilePath> partial = new HashSet<>();

  private Optional<Version> seen = Optional.empty();

  LogObjects(TrailObjects objects, Trail trail) {
    this.objects = objects;
    this.trail = trail;
  }

  ObjectTiles tiles() {
    return new ObjectTiles(objects, trail);
  }

  Optional<String> newest() {
    seen = objects.version(trail.prefix() + NEWEST);
    return seen.map(version -> new String(version.body(), StandardCharsets.UTF_8));
  }

  /** The one of the most records that was kept for good, for want of the newest. */
  Optional<String> largest() {
    String folder = trail.prefix() + CHECKPOINTS;
    return objects.list(folder).stream()
        .map(object -> object.key().substring(folder.length()))
        .filter(size -> SIZE.matcher(size).matches())
        .max(Comparator.comparingLong(Long::parseLong))
        .flatMap(size -> objects.read(folder + size))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** For good. */
  void writeFull(Map<TilePath, byte[]> tiles) {
    tiles.forEach(
        (path, bytes) -> {
          if (path.level() == TilePath.ENTRIES) {
            keepBundle(path, bytes);
          } else {
            keepTile(path, bytes);
          }
        });
  }

  private void keepBundle(TilePath path, byte[] bytes) {
    keep(trail.prefix() + path, bytes);
  }

  private void keepTile(TilePath path, byte[] bytes) {
    keep(trail.prefix() + path, bytes);
  }

  private void keep(String key, byte[] bytes) {
    if (!objects.keep(key, bytes, BYTES)) {
      compare(key, bytes);
    }
  }

  /** Until they are full. */
  void writePartial(Map<TilePath, byte[]> tiles) {
    tiles.forEach(
        (path, bytes) -> {
          if (path.level() == TilePath.ENTRIES) {
            putBundle(path, bytes);
          } else {
            putTile(path, bytes);
          }
          partial.add(path);
        });
  }

  private void putBundle(TilePath path, byte[] bytes) {
    put(trail.prefix() + path, bytes);
  }

  private void putTile(TilePath path, byte[] bytes) {
    put(trail.prefix() + path, bytes);
  }

  private void put(String key, byte[] bytes) {
    if (!objects.putIfAbsent(key, bytes, BYTES)) {
      compare(key, bytes);
    }
  }

  /** For good. A note of the same size may stand there with fewer or more signatures. */
  void writeCheckpoint(Checkpoint checkpoint, SignedNote note) {
    String key = trail.prefix() + CHECKPOINTS + checkpoint.size();
    if (!objects.keep(key, bytes(note), TEXT)) {
      Optional<String> there =
          objects.read(key).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
      if (there.isPresent() && !there.get().startsWith(checkpoint.text() + "\n")) {
        throw new LogContradiction(key + " says something else than the segments");
      }
    }
  }

  /**
   * Writes over what {@link #newest} has seen last; false when another writer was faster, and what
   * stands there has to be looked at.
   */
  boolean replaceNewest(SignedNote note) {
    String key = trail.prefix() + NEWEST;
    return seen.map(version -> objects.replace(key, version, bytes(note), TEXT))
        .orElseGet(() -> objects.putIfAbsent(key, bytes(note), TEXT));
  }

  /** Looks for partial ones that an earlier writer left at the edge of a log of this size. */
  void findPartial(Collection<TilePath> edge) {
    for (TilePath tile : edge) {
      String folder = new TilePath(tile.level(), tile.index(), TilePath.FULL) + ".p/";
      objects.list(trail.prefix() + folder).stream()
          .map(object -> object.key().substring(trail.prefix().length()))
          .flatMap(path -> TilePath.parse(path).stream())
          .forEach(partial::add);
    }
  }

  /** Readers of an older checkpoint find the full ones in their place. */
  void removeSuperfluous(Set<TilePath> full) {
    List<TilePath> superfluous = new ArrayList<>();
    for (TilePath path : partial) {
      if (full.contains(new TilePath(path.level(), path.index(), TilePath.FULL))) {
        superfluous.add(path);
      }
    }
    if (!superfluous.isEmpty()) {
      objects.delete(superfluous.stream().map(path -> trail.prefix() + path).toList());
      superfluous.forEach(partial::remove);
    }
  }

  private void compare(String key, byte[] expected) {
    Optional<byte[]> there = objects.read(key);
    if (there.isPresent() && !Arrays.equals(there.get(), expected)) {
      throw new LogContradiction(key + " holds something else than the segments");
    }
  }

  private static byte[] bytes(SignedNote note) {
    return note.toString().getBytes(StandardCharsets.UTF_8);
  }
}
