package io.penstock.audit.keep;

import io.penstock.model.audit.AuditRecord;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

public final class MemoryProjection implements Projection {
  private final Map<Trail, Long> next = new ConcurrentHashMap<>();
  private final Set<UUID> ids = ConcurrentHashMap.newKeySet();

  @Override
  public long next(Trail trail) {
    return next.getOrDefault(trail, 0L);
  }

  @Override
  public boolean contains(UUID id) {
    return ids.contains(id);
  }

  @Override
  public void apply(Segment segment) {
    if (segment.firstIndex() != next(segment.trail())) {
      throw new IllegalArgumentException("A segment was left out");
    }
    segment.records().stream().map(AuditRecord::id).forEach(ids::add);
    next.put(segment.trail(), segment.next());
  }
}
