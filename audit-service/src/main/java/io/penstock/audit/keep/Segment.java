package io.penstock.audit.keep;

import io.penstock.model.audit.AuditRecord;
import java.util.Comparator;
import java.util.List;

/**
 * Records that were kept together.
 *
 * @param firstIndex the index of the first record in its trail
 * @param records at least one, in the order of their ids
 */
public record Segment(Trail trail, long firstIndex, List<AuditRecord> records) {

  public Segment {
    if (firstIndex < 0 || records.isEmpty()) {
      throw new IllegalArgumentException("A segment has an index and at least one record");
    }
    records =
        records.stream()
            .sorted(Comparator.comparing((AuditRecord record) -> record.id().toString()))
            .toList();
  }

  /** The index of the first record after this segment. */
  public long next() {
    return firstIndex + records.size();
  }
}
