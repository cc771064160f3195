package io.penstock.storage.event;

import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.audit.AuditRecord.Kind;
import io.penstock.model.audit.AuditRecord.Outcome;
import io.penstock.storage.record.RecordIds;
import io.penstock.storage.record.Records;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events.Origin;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Service;

/** Writes customers' own events. */
@Service
class EventWriter {
  private final Changes changes;
  private final Records records;
  private final Clock clock;

  EventWriter(Changes changes, Records records, Clock clock) {
    this.changes = changes;
    this.records = records;
    this.clock = clock;
  }

  /** How an event can be asked for from now on. */
  record Written(UUID uuid, long number) {}

  Written write(NewEvent event) {
    AuditRecord record = record(event, Origin.ofCall());
    return changes.commit(201, () -> new Written(record.id(), records.append(record)));
  }

  private AuditRecord record(NewEvent event, Origin origin) {
    return new AuditRecord(
        RecordIds.next(),
        0,
        Kind.EVENT,
        clock.instant(),
        origin.organisationId(),
        origin.projectId(),
        origin.actor(),
        origin.source(),
        event.operation(),
        AuditObject.NONE,
        event.type().equals("error") ? Outcome.FAILED : Outcome.ALLOWED,
        0,
        event.millis(),
        event.runId() == null ? origin.runId() : event.runId(),
        null,
        event.component(),
        event.configurationId(),
        event.type(),
        event.message(),
        event.description(),
        event.params(),
        event.results(),
        List.of());
  }
}
