package io.penstock.audit.read;

import io.penstock.audit.keep.Trail;
import io.penstock.aws.NoSuchObjectException;
import io.penstock.aws.ObjectStore;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.trail.TileSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A trail's log in the trail bucket. Throws {@link PlatformException} {@code UNAVAILABLE} while the
 * store is away.
 */
record StoredTiles(ObjectStore objects, String bucket, Trail trail) implements TileSource {
  /** A full bundle of the longest entries. */
  private static final int LARGEST = 256 * (2 + 0xFFFF);

  @Override
  public Optional<byte[]> read(String path) {
    try (InputStream in = objects.open(bucket, "audit/%s/%s".formatted(trail, path))) {
      return Optional.of(in.readNBytes(LARGEST));
    } catch (NoSuchObjectException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new PlatformException(ErrorCode.UNAVAILABLE, "The audit trail cannot be read now", e);
    }
  }
}
