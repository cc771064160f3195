package io.penstock.model.audit;

import java.util.List;

/** Records on their way to audit-service; at most 200 kB as JSON. */
public record RecordBatch(List<AuditRecord> records) {
  public RecordBatch {
    records = List.copyOf(records);
  }
}
