package io.penstock.model.audit;

import java.util.List;

/** Records on their way to audit-service; a message of at most 200 kB, packed where it is long. */
public record RecordBatch(List<AuditRecord> records) {
  public RecordBatch {
    records = List.copyOf(records);
  }
}
