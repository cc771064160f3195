package io.penstock.kill;

import java.util.concurrent.atomic.AtomicInteger;

/** How much was loaded. Thread-safe. */
final class LoadCount {
  private final AtomicInteger creations = new AtomicInteger();
  private final AtomicInteger full = new AtomicInteger();
  private final AtomicInteger upserts = new AtomicInteger();
  private final AtomicInteger appends = new AtomicInteger();
  private final AtomicInteger refusals = new AtomicInteger();
  private final AtomicInteger comparisons = new AtomicInteger();

  void creation() {
    creations.incrementAndGet();
  }

  void load(boolean incremental, boolean keyed) {
    (incremental ? keyed ? upserts : appends : full).incrementAndGet();
  }

  void refusal() {
    refusals.incrementAndGet();
  }

  void comparison() {
    comparisons.incrementAndGet();
  }

  int refusals() {
    return refusals.get();
  }

  int comparisons() {
    return comparisons.get();
  }

  /** Those that put rows into tables. */
  int total() {
    return creations.get() + full.get() + upserts.get() + appends.get();
  }

  @Override
  public String toString() {
    return "%d loads (%d creations, %d full, %d incremental by key, %d appended), %d refused, %d exports compared"
        .formatted(
            total(),
            creations.get(),
            full.get(),
            upserts.get(),
            appends.get(),
            refusals.get(),
            comparisons.get());
  }
}
