package io.penstock.audit.keep;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

public final class MemoryProjection implements Projection {
  private final Map<Trail, Long> next = new ConcurrentHashMap<>();

  @Override
  public long next(Trail trail) {
    return next.getOrDefault(trail, 0L);
  }

  @Override
  public void apply(Segment segment) {
    if (segment.firstIndex() != next(segment.trail())) {
      throw new IllegalArgumentException("A segment was left out");
    }
    next.put(segment.trail(), segment.next());
  }
}
