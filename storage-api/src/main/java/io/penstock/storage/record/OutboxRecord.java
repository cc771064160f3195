package io.penstock.storage.record;

import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord;
import java.util.UUID;

/** A row of the outbox: the record's JSON without its number, which the row was given. */
record OutboxRecord(UUID id, long number, String body) {

  /** The whole record. */
  AuditRecord record() {
    return Json.read(body, AuditRecord.class).numbered(number);
  }
}
