package io.penstock.audit.keep;

import io.penstock.aws.ObjectStore;
import io.penstock.aws.ObjectStore.StoredObject;
import io.penstock.model.PlatformException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where segments stand. Thread-safe; throws {@link PlatformException} {@code UNAVAILABLE} while the
 * store is away.
 */
public final class SegmentStore {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentStore.class);

  /** Of which the log tells. */
  private static final int MOST_STRANGERS = 100;

  /** Others of the trail wait meanwhile. */
  private static final int WRITTEN_AT_ONCE = 32;

  /** Of a long way, segments that are held in memory together; their bytes, as they are stored. */
  private static final int MOST_AHEAD = 64;

  private static final long MOST_BYTES_AHEAD = 4 << 20;
  private static final int READ_AT_ONCE = 16;

  private static final String TRAILS = "audit/trails/";

  /** Of a segment in its folder; 2^63 has 19 digits. */
  private static final Pattern NAME = Pattern.compile("0[0-9]{19}");

  private static final Duration LOCK_OF_A_DAY = Duration.ofDays(1);
  private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);

  private final TrailObjects objects;
  private final RecentSegments recent = new RecentSegments();
  private final Set<String> strangers = ConcurrentHashMap.newKeySet();

  public SegmentStore(TrailObjects objects) {
    this.objects = objects;
  }

  /** With locks of one day: for a bucket that nobody needs for longer. */
  public SegmentStore(ObjectStore objects, String bucket) {
    this(new TrailObjects(objects, bucket, LOCK_OF_A_DAY, Clock.systemUTC()));
  }

  /** {@code audit/12/segments/00000000000000000042}. */
  public static String key(Trail trail, long firstIndex) {
    return "%s%020d".formatted(folder(trail), firstIndex);
  }

  private static String folder(Trail trail) {
    return trail.prefix() + "segments/";
  }

  /**
   * The trails that were ever begun. What else lies there, such as the marker of a folder that a
   * console made, is none and keeps no record out.
   */
  public Set<Trail> trails() {
    Set<Trail> trails = new HashSet<>();
    for (StoredObject object : objects.list(TRAILS)) {
      String name = object.key().substring(TRAILS.length());
      if (Trail.isName(name)) {
        trails.add(new Trail(name));
      } else if (strangers.size() < MOST_STRANGERS && strangers.add(name)) {
        LOG.warn("{} names no trail; it should not be there", object.key());
      }
    }
    return trails;
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
    values.entrySet().stream()
        .gather(
            Gatherers.mapConcurrent(
                WRITTEN_AT_ONCE,
                value ->
                    objects.keep(
                        valueKey(trail, value.getKey()), value.getValue(), "application/json")))
        .forEach(_ -> {});
  }

  Optional<Segment> read(Trail trail, long firstIndex) {
    Optional<byte[]> lines = objects.read(key(trail, firstIndex));
    lines.ifPresent(bytes -> recent.add(trail, firstIndex, bytes));
    return lines.map(bytes -> SegmentCodec.decode(trail, firstIndex, bytes));
  }

  /**
   * The segments from this index on, each where the one before it ends, read side by side: a
   * portion of a long way. Empty when none begins here.
   */
  List<Segment> ahead(Trail trail, long firstIndex) {
    Optional<Segment> first = read(trail, firstIndex);
    if (first.isEmpty()) {
      return List.of();
    }
    List<Segment> chain = new ArrayList<>(List.of(first.get()));
    for (Ahead next : following(trail, firstIndex)) {
      if (next.index() != chain.getLast().next()) {
        break;
      }
      try {
        chain.add(SegmentCodec.decode(trail, next.index(), next.lines()));
      } catch (RuntimeException e) {
        LOG.debug("Whoever asks for this one next is told", e);
        break;
      }
      recent.add(trail, next.index(), next.lines());
    }
    return chain;
  }

  /** The index of the first segment that stands here or behind. */
  OptionalLong firstFrom(Trail trail, long index) {
    Optional<StoredObject> found =
        segmentFrom(trail, index).filter(object -> isSegment(trail, object));
    return found.isEmpty() ? OptionalLong.empty() : OptionalLong.of(index(trail, found.get()));
  }

  private record Ahead(long index, byte[] lines) {}

  private List<Ahead> following(Trail trail, long firstIndex) {
    long bytes = 0;
    List<Long> following = new ArrayList<>();
    for (StoredObject next : objects.after(folder(trail), key(trail, firstIndex), MOST_AHEAD)) {
      bytes += next.bytes();
      if (bytes > MOST_BYTES_AHEAD || !isSegment(trail, next)) {
        break;
      }
      following.add(index(trail, next));
    }
    return following.stream()
        .gather(
            Gatherers.mapConcurrent(
                READ_AT_ONCE,
                index -> lines(key(trail, index)).map(lines -> new Ahead(index, lines))))
        .flatMap(Optional::stream)
        .toList();
  }

  /** What cannot be read ends the portion, and is told to whoever begins with it. */
  private Optional<byte[]> lines(String key) {
    try {
      return objects.read(key);
    } catch (PlatformException e) {
      LOG.debug("{} cannot be read now", key, e);
      return Optional.empty();
    }
  }

  private static boolean isSegment(Trail trail, StoredObject object) {
    return NAME.matcher(object.key().substring(folder(trail).length())).matches();
  }

  /**
   * The index of a segment before which all were written earlier; of the last, when all were. It is
   * the first of them but for {@link #CLOCKS_DIFFER}: so far may the store's clock have been wrong
   * meanwhile. Asks for one segment at a time, at most twice for each bit of the trail's length.
   */
  long firstSince(Trail trail, Instant since) {
    Instant early = since.minus(CLOCKS_DIFFER);
    long old = -1; // a segment that was written before
    long end = 0; // no segment that begins here or later was
    long found = older(trail, end, early);
    for (long reach = 1; found >= 0; reach *= 2) {
      old = found;
      end = old + reach;
      found = older(trail, end, early);
    }
    while (end > old + 1) {
      long middle = old + (end - old) / 2;
      found = older(trail, middle, early);
      if (found < 0) {
        end = middle;
      } else {
        old = found;
      }
    }
    return segmentFrom(trail, end).map(segment -> index(trail, segment)).orElse(Math.max(0, old));
  }

  /** The first segment from this index on, where it was written before the time; else -1. */
  private long older(Trail trail, long from, Instant time) {
    return segmentFrom(trail, from)
        .filter(found -> isOlder(found.lastModified(), time))
        .map(found -> index(trail, found))
        .orElse(-1L);
  }

  private static boolean isOlder(@Nullable Instant written, Instant time) {
    return written != null && written.isBefore(time);
  }

  private Optional<StoredObject> segmentFrom(Trail trail, long index) {
    String folder = folder(trail);
    return objects.firstAfter(folder, index == 0 ? folder : key(trail, index - 1));
  }

  private static long index(Trail trail, StoredObject segment) {
    return Long.parseLong(segment.key().substring(folder(trail).length()));
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
