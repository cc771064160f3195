package io.penstock.audit.keep;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The newest segments' bytes until somebody takes them; the oldest go when there are too many. */
final class RecentSegments {
  /** Six seconds of 2,000 records of 1 kB, with room. */
  private static final int MOST_BYTES = 24 << 20;

  private record Place(Trail trail, long firstIndex) {}

  private final Map<Place, byte[]> segments = new LinkedHashMap<>();
  private long size;

  synchronized void add(Trail trail, long firstIndex, byte[] lines) {
    forget(segments.put(new Place(trail, firstIndex), lines));
    size += lines.length;
    var oldest = segments.values().iterator();
    while (size > MOST_BYTES && oldest.hasNext()) {
      size -= oldest.next().length;
      oldest.remove();
    }
  }

  synchronized Optional<byte[]> take(Trail trail, long firstIndex) {
    byte[] lines = segments.remove(new Place(trail, firstIndex));
    forget(lines);
    return Optional.ofNullable(lines);
  }

  private void forget(byte @Nullable [] lines) {
    size -= lines == null ? 0 : lines.length;
  }
}
