package io.penstock.audit.keep;

import io.penstock.model.audit.AuditRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Records that were kept together.
 *
 * @param firstIndex the index of the first record in its trail
 * @param records at least one, in the order of their ids
 * @param replaced of records that are not whole, by their id: the SHA-256s of what is kept beside
 */
public record Segment(
    Trail trail, long firstIndex, List<AuditRecord> records, Map<UUID, List<String>> replaced) {

  public Segment {
    if (firstIndex < 0 || records.isEmpty()) {
      throw new IllegalArgumentException("A segment has an index and at least one record");
    }
    records =
        records.stream()
            .sorted(Comparator.comparing((AuditRecord record) -> record.id().toString()))
            .toList();
    replaced = Map.copyOf(replaced);
  }

  /** Of whole records. */
  public Segment(Trail trail, long firstIndex, List<AuditRecord> records) {
    this(trail, firstIndex, records, Map.of());
  }

  public List<String> replacedIn(AuditRecord record) {
    return replaced.getOrDefault(record.id(), List.of());
  }

  /** The index of the first record after this segment. */
  public long next() {
    return firstIndex + records.size();
  }
}
