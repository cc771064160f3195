package io.penstock.storage.web;

import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.AuditRecord.Actor;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.audit.AuditRecord.Kind;
import io.penstock.model.audit.AuditRecord.Outcome;
import io.penstock.model.audit.AuditRecord.Source;
import io.penstock.storage.access.Caller;
import io.penstock.storage.record.RecordIds;
import io.penstock.storage.record.Records;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Writes the contract's named events, in the transaction of their change. */
@Component
public class Events {
  private final Records records;
  private final Clock clock;

  Events(Records records, Clock clock) {
    this.records = records;
    this.clock = clock;
  }

  /**
   * Who and where an event comes from, kept with a job so that its end can be told in its creator's
   * name.
   */
  public record Origin(
      long organisationId, long projectId, Actor actor, Source source, @Nullable String runId) {

    /** The call at hand. */
    public static Origin ofCall() {
      Call call = Call.current();
      Caller caller = call.caller();
      return new Origin(
          caller.project().organisationId(),
          caller.projectId(),
          new Actor("token", Long.toString(caller.tokenId()), caller.description()),
          call.source(),
          call.runId());
    }
  }

  /**
   * What happened.
   *
   * @param name such as {@code storage.bucketCreated}
   * @param type {@code info}, {@code success}, {@code warn} or {@code error}
   * @param millis how long it took; 0 when that says nothing
   */
  public record Event(
      String name,
      String type,
      String message,
      AuditObject object,
      Map<String, Object> params,
      Map<String, Object> results,
      List<Long> attachments,
      long millis) {

    public static Event of(String name, String message, AuditObject object) {
      return new Event(name, "info", message, object, Map.of(), Map.of(), List.of(), 0);
    }

    public Event with(Map<String, Object> given) {
      return new Event(name, type, message, object, given, results, attachments, millis);
    }

    public Event as(String kind) {
      return new Event(name, kind, message, object, params, results, attachments, millis);
    }

    public Event resulting(Map<String, Object> given) {
      return new Event(name, type, message, object, params, given, attachments, millis);
    }

    public Event attaching(List<Long> files) {
      return new Event(name, type, message, object, params, results, files, millis);
    }

    public Event lasting(long duration) {
      return new Event(name, type, message, object, params, results, attachments, duration);
    }
  }

  /** Adds an event of the call at hand. */
  public void append(Event event) {
    append(Origin.ofCall(), event);
  }

  /** Adds an event in somebody's name. */
  public void append(Origin origin, Event event) {
    records.append(record(origin, event));
  }

  /** Adds an event in somebody's name, whose record's id is known elsewhere already. */
  public void append(Origin origin, Event event, UUID recordId) {
    records.append(record(origin, event, recordId));
  }

  AuditRecord record(Origin origin, Event event) {
    return record(origin, event, RecordIds.next());
  }

  private AuditRecord record(Origin origin, Event event, UUID recordId) {
    boolean failed = event.type().equals("error");
    return new AuditRecord(
        recordId,
        0,
        Kind.EVENT,
        clock.instant(),
        origin.organisationId(),
        origin.projectId(),
        origin.actor(),
        origin.source(),
        event.name(),
        event.object(),
        failed ? Outcome.FAILED : Outcome.ALLOWED,
        0,
        event.millis(),
        origin.runId(),
        null,
        "storage",
        null,
        event.type(),
        event.message(),
        "",
        event.params(),
        event.results(),
        event.attachments());
  }
}
