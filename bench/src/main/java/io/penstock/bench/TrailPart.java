package io.penstock.bench;

import java.util.Collection;

/** What {@code bin/bench-trail} measures. */
enum TrailPart {
  /** Calls with recording on and off. */
  CALLS,
  /** What log and index take of a flood. */
  ABSORB,
  /** From an answer until its record is found. */
  LAG,
  /** Searches in a large index. */
  SEARCH;

  static boolean needPlatform(Collection<TrailPart> parts) {
    return parts.stream().anyMatch(part -> part != SEARCH);
  }
}
