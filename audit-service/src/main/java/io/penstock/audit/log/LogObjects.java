package io.penstock.audit.log;

import io.penstock.audit.keep.Trail;
import io.penstock.audit.keep.TrailObjects;
import io.penstock.trail.Checkpoint;
import io.penstock.trail.SignedNote;
import io.penstock.trail.TilePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a log writes in the store, and how it compares what stands there. */
final class LogObjects {
  private static final String BYTES = "application/octet-stream";
  private static final String TEXT = "text/plain; charset=utf-8";
  static final String NEWEST = "checkpoint";

  private final TrailObjects objects;
  private final Trail trail;

  /** Partial tiles and bundles that are in the store, and will be superfluous. */
  private final Set<TilePath> partial = new HashSet<>();

  LogObjects(TrailObjects objects, Trail trail) {
    this.objects = objects;
    this.trail = trail;
  }

  ObjectTiles tiles() {
    return new ObjectTiles(objects, trail);
  }

  Optional<String> newest() {
    return objects
        .read(trail.prefix() + NEWEST)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** For good. */
  void writeFull(Map<TilePath, byte[]> tiles) {
    tiles.forEach(
        (path, bytes) -> {
          String key = trail.prefix() + path;
          if (!objects.keep(key, bytes, BYTES)) {
            compare(key, bytes);
          }
        });
  }

  /** Until they are full. */
  void writePartial(Map<TilePath, byte[]> tiles) {
    tiles.forEach(
        (path, bytes) -> {
          String key = trail.prefix() + path;
          if (!objects.putIfAbsent(key, bytes, BYTES)) {
            compare(key, bytes);
          }
          partial.add(path);
        });
  }

  /** For good. A note of the same size may stand there with fewer or more signatures. */
  void writeCheckpoint(Checkpoint checkpoint, SignedNote note) {
    String key = trail.prefix() + "checkpoints/" + checkpoint.size();
    if (!objects.keep(key, bytes(note), TEXT)) {
      Optional<String> there =
          objects.read(key).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
      if (there.isPresent() && !there.get().startsWith(checkpoint.text() + "\n")) {
        throw new LogContradiction(key + " says something else than the segments");
      }
    }
  }

  void replaceNewest(SignedNote note) {
    objects.replace(trail.prefix() + NEWEST, bytes(note), TEXT);
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
