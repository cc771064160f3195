package io.penstock.audit.log;

import io.penstock.audit.keep.Trail;
import io.penstock.audit.keep.TrailObjects;
import io.penstock.trail.TileSource;
import java.util.Optional;

/** A trail's log as it stands in the bucket. */
public final class ObjectTiles implements TileSource {
  private final TrailObjects objects;
  private final String prefix;

  public ObjectTiles(TrailObjects objects, Trail trail) {
    this.objects = objects;
    this.prefix = trail.prefix();
  }

  @Override
  public Optional<byte[]> read(String path) {
    return objects.read(prefix + path);
  }
}
