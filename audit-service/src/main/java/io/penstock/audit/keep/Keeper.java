package io.penstock.audit.keep;

import static java.util.stream.Collectors.groupingBy;

import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps records, each once, whoever else keeps records in the same trails. Thread-safe. */
public final class Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

  private final SegmentStore segments;
  private final KeptIds ids;
  private final Projection projection;
  private final Grouping grouping;
  private final Map<Trail, TrailWriter> writers = new ConcurrentHashMap<>();
  private final Map<Trail, String> broken = new ConcurrentHashMap<>();

  public Keeper(SegmentStore segments, KeptIds ids, Projection projection, Grouping grouping) {
    this.segments = segments;
    this.ids = ids;
    this.projection = projection;
    this.grouping = grouping;
  }

  /**
   * Returns when every record is durable; records that are kept already count as kept now.
   *
   * @return those that can never be kept, since no entry can hold them; all others are durable
   * @throws io.penstock.model.PlatformException {@code UNAVAILABLE} when some may not be; keeping
   *     them again does no harm
   */
  public Set<UUID> keep(List<AuditRecord> records) {
    Set<UUID> unfit = new HashSet<>();
    records.stream()
        .collect(groupingBy(Trail::of))
        .forEach((trail, ofTrail) -> unfit.addAll(writer(trail).append(ofTrail)));
    return unfit;
  }

  /**
   * Brings ids and projection up to all that is durable: at the start, and for what other writers
   * have appended. A trail whose segments cannot be followed keeps no other one back, see {@link
   * #broken}.
   *
   * @throws io.penstock.model.PlatformException {@code UNAVAILABLE} while store or projection are
   *     away
   */
  public void catchUp() {
    Set<Trail> trails = segments.trails();
    ids.open(trails);
    trails.forEach(this::follow);
  }

  private void follow(Trail trail) {
    try {
      writer(trail).follow();
      if (broken.remove(trail) != null) {
        LOG.info("Trail {} is followed again", trail);
      }
    } catch (PlatformException e) {
      throw e; // the store or the projection, and so it is with all trails
    } catch (RuntimeException e) {
      String reason = String.valueOf(e.getMessage());
      if (!reason.equals(broken.put(trail, reason))) {
        LOG.error("Trail {} cannot be followed; none of its records are kept until then", trail, e);
      }
    }
  }

  /** The trails that nothing is appended to, because of what stands in them or is gone, and why. */
  public Map<Trail, String> broken() {
    return Map.copyOf(broken);
  }

  /** How many records are known to stand in each trail. */
  public Map<Trail, Long> sizes() {
    Map<Trail, Long> sizes = new HashMap<>();
    writers.forEach((trail, writer) -> sizes.put(trail, writer.size()));
    return sizes;
  }

  private TrailWriter writer(Trail trail) {
    return writers.computeIfAbsent(
        trail, key -> new TrailWriter(key, segments, ids, projection, grouping));
  }
}
