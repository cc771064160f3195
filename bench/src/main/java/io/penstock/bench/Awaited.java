package io.penstock.bench;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Records whose calls were answered, and when a search found them. Thread-safe. */
final class Awaited {
  private final Map<UUID, Answered> waiting = new HashMap<>();
  private final List<Double> millis = new ArrayList<>();

  /**
   * An answer that was read to its end.
   *
   * @param nanos by {@link System#nanoTime}
   */
  record Answered(Instant time, long nanos) {}

  synchronized void add(UUID record, Answered answered) {
    waiting.put(record, answered);
  }

  /**
   * A search found these; all others of the records wait on.
   *
   * @param nanos when the search was answered
   */
  synchronized void found(Collection<UUID> records, long nanos) {
    for (UUID record : records) {
      Answered answered = waiting.remove(record);
      if (answered != null) {
        millis.add(Math.max(0, (nanos - answered.nanos()) / 1e6));
      }
    }
  }

  /** When the first of those that wait was answered. */
  synchronized Optional<Instant> oldest() {
    return waiting.values().stream().map(Answered::time).min(Instant::compareTo);
  }

  synchronized int waiting() {
    return waiting.size();
  }

  /** From the answer to its finding, of all that were found. */
  synchronized List<Double> millis() {
    return List.copyOf(millis);
  }
}
