package io.penstock.audit.keep;

import io.penstock.aws.NoSuchObjectException;
import io.penstock.aws.ObjectStore;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where segments stand. Thread-safe; throws {@link PlatformException} {@code UNAVAILABLE} while the
 * store is away.
 */
public final class SegmentStore {
  private static final String TRAILS = "audit/trails/";

  /**
   * A group holds at most 500 records and one batch; a batch is at most 256 KiB, one SQS message.
   */
  private static final int LARGEST_SEGMENT = 256 << 20;

  private final ObjectStore objects;
  private final String bucket;

  public SegmentStore(ObjectStore objects, String bucket) {
    this.objects = objects;
    this.bucket = bucket;
  }

  /** {@code audit/12/segments/00000000000000000042}. */
  public static String key(Trail trail, long firstIndex) {
    return "audit/%s/segments/%020d".formatted(trail, firstIndex);
  }

  /** The trails that were ever begun. */
  public Set<Trail> trails() {
    return objects.list(bucketOf(Trail.PLATFORM), TRAILS).stream()
        .map(object -> new Trail(object.key().substring(TRAILS.length())))
        .collect(Collectors.toSet());
  }

  /** Must come before the first segment, or a restart would not find the trail. */
  void begin(Trail trail) {
    byte[] body = (trail + "\n").getBytes(StandardCharsets.UTF_8);
    boolean _ = objects.putIfAbsent(bucketOf(trail), TRAILS + trail, body, "text/plain");
  }

  /** False when another segment stands there already. */
  boolean write(Segment segment) {
    return objects.putIfAbsent(
        bucketOf(segment.trail()),
        key(segment.trail(), segment.firstIndex()),
        SegmentCodec.encode(segment),
        "application/x-ndjson");
  }

  Optional<Segment> read(Trail trail, long firstIndex) {
    String key = key(trail, firstIndex);
    try (InputStream in = objects.open(bucketOf(trail), key)) {
      byte[] bytes = in.readNBytes(LARGEST_SEGMENT);
      return Optional.of(SegmentCodec.decode(trail, firstIndex, bytes));
    } catch (NoSuchObjectException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new PlatformException(ErrorCode.UNAVAILABLE, "The audit trail cannot be read now", e);
    }
  }

  /** All trails share one bucket; an organisation's own bucket would be chosen here. */
  @SuppressWarnings("UnusedVariable") // every caller already knows whose bucket it means
  private String bucketOf(Trail trail) {
    return bucket;
  }
}
