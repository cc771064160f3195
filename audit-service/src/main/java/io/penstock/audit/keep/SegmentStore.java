package io.penstock.audit.keep;

import io.penstock.aws.ObjectStore;
import io.penstock.aws.ObjectStore.StoredObject;
import io.penstock.model.PlatformException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where segments stand. Thread-safe; throws {@link PlatformException} {@code UNAVAILABLE} while the
 * store is away.
 */
public final class SegmentStore {
  private static final String TRAILS = "audit/trails/";
  private static final Duration LOCK_OF_A_DAY = Duration.ofDays(1);

  private final TrailObjects objects;
  private final RecentSegments recent = new RecentSegments();

  public SegmentStore(TrailObjects objects) {
    this.objects = objects;
  }

  /** With locks of one day: for a bucket that nobody needs for longer. */
  public SegmentStore(ObjectStore objects, String bucket) {
    this(new TrailObjects(objects, bucket, LOCK_OF_A_DAY, Clock.systemUTC()));
  }

  /** {@code audit/12/segments/00000000000000000042}. */
  public static String key(Trail trail, long firstIndex) {
    return "%ssegments/%020d".formatted(trail.prefix(), firstIndex);
  }

  /** The trails that were ever begun. */
  public Set<Trail> trails() {
    return objects.list(TRAILS).stream()
        .map(object -> new Trail(object.key().substring(TRAILS.length())))
        .collect(Collectors.toSet());
  }

  /** Must come before the first segment, or a restart would not find the trail. */
  void begin(Trail trail) {
    byte[] body = (trail + "\n").getBytes(StandardCharsets.UTF_8);
    boolean _ = objects.keep(TRAILS + trail, body, "text/plain");
  }

  /** False when another segment stands there already. Values that its records name come first. */
  boolean write(Draft draft) {
    Segment segment = draft.segment();
    if (!draft.values().isEmpty()) {
      keepValues(segment.trail(), draft.values());
    }
    boolean written =
        objects.keep(
            key(segment.trail(), segment.firstIndex()), draft.lines(), "application/x-ndjson");
    if (written) {
      recent.add(segment.trail(), segment.firstIndex(), draft.lines());
    }
    return written;
  }

  private void keepValues(Trail trail, Map<String, byte[]> values) {
    values.forEach(
        (hash, value) -> {
          boolean _ = objects.keep(valueKey(trail, hash), value, "application/json");
        });
  }

  Optional<Segment> read(Trail trail, long firstIndex) {
    Optional<byte[]> lines = objects.read(key(trail, firstIndex));
    lines.ifPresent(bytes -> recent.add(trail, firstIndex, bytes));
    return lines.map(bytes -> SegmentCodec.decode(trail, firstIndex, bytes));
  }

  /**
   * The index of the first segment that was written since; of the last, when none was. Lists the
   * whole trail.
   */
  long firstSince(Trail trail, Instant since) {
    String prefix = trail.prefix() + "segments/";
    long first = 0;
    for (StoredObject segment : objects.list(prefix)) {
      first = Long.parseLong(segment.key().substring(prefix.length()));
      Instant written = segment.lastModified();
      if (written == null || written.isAfter(since)) {
        return first;
      }
    }
    return first;
  }

  /**
   * A segment as its bytes stand in the store, for one who follows closely: what was just written
   * or read is handed out once without asking the store.
   */
  public Optional<byte[]> lines(Trail trail, long firstIndex) {
    return recent.take(trail, firstIndex).or(() -> objects.read(key(trail, firstIndex)));
  }

  static String valueKey(Trail trail, String hash) {
    return trail.prefix() + "values/" + hash;
  }
}
