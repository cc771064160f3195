package io.penstock.audit.search;

import io.penstock.audit.keep.Trail;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far an index reaches: one document, so that no crash leaves half of it. It is written after
 * what it claims is durable, and claims nothing else.
 *
 * @param origin names the store whose trails the index follows
 * @param generation which indices count
 * @param months whose index exists
 * @param next the index that each trail's next segment begins with
 */
record ElasticState(String origin, String generation, Set<String> months, Map<String, Long> next) {

  ElasticState {
    months = Set.copyOf(months);
    next = Map.copyOf(next);
  }

  static ElasticState empty(String origin, String generation) {
    return new ElasticState(origin, generation, Set.of(), Map.of());
  }

  Map<Trail, Long> positions() {
    Map<Trail, Long> positions = new HashMap<>();
    next.forEach((trail, index) -> positions.put(new Trail(trail), index));
    return positions;
  }

  /** What two writers know together: both claim only what is there. */
  ElasticState with(Set<String> moreMonths, Map<Trail, Long> positions) {
    Set<String> both = new TreeSet<>(months);
    both.addAll(moreMonths);
    Map<String, Long> furthest = new TreeMap<>(next);
    positions.forEach((trail, index) -> furthest.merge(trail.name(), index, Math::max));
    return new ElasticState(origin, generation, both, furthest);
  }

  ElasticState without(Set<String> gone) {
    Set<String> rest = new TreeSet<>(months);
    rest.removeAll(gone);
    return new ElasticState(origin, generation, rest, next);
  }
}
