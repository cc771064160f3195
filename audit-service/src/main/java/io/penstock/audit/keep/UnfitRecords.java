package io.penstock.audit.keep;

import java.util.Map;
import java.util.UUID;

/** Records that no entry can hold, with what stood in the way of each. */
final class UnfitRecords extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Map<UUID, RuntimeException> reasons;

  UnfitRecords(Map<UUID, RuntimeException> reasons) {
    super(reasons.size() + " records can be written as no entry: " + reasons.keySet());
    this.reasons = Map.copyOf(reasons);
    reasons.values().forEach(this::addSuppressed);
  }

  Map<UUID, RuntimeException> reasons() {
    return reasons;
  }
}
