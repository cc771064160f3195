package io.penstock.model.audit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened, after schema version {@value #SCHEMA}; {@code docs/audit-records.md}
 * describes it for auditors.
 *
 * @param id UUID version 7; receivers deduplicate by it
 * @param number ascending number of an event, the contract's deprecated {@code id}
 * @param kind what sort of thing it is
 * @param organisationId null for the platform's own log
 * @param projectId null for the platform's own log
 * @param actor who did it
 * @param source where the call came from
 * @param operation of a call: method and route, such as {@code GET /v2/storage/buckets/{bucket}};
 *     of an event: its name, such as {@code storage.tableImportDone}; of a job's state {@code
 *     job.accepted}; of an act {@code key.open}
 * @param object what it was done to
 * @param outcome how it ended
 * @param status the HTTP status of a call; 0 for events
 * @param durationMillis how long the call or job took
 * @param component {@code storage} for our own events, else the caller's
 * @param type {@code info}, {@code success}, {@code warn} or {@code error}
 * @param params with secrets masked
 * @param attachments file ids
 */
public record AuditRecord(
    UUID id,
    long number,
    Kind kind,
    Instant time,
    @Nullable Long organisationId,
    @Nullable Long projectId,
    Actor actor,
    Source source,
    String operation,
    AuditObject object,
    Outcome outcome,
    int status,
    long durationMillis,
    @Nullable String runId,
    @Nullable String exceptionId,
    String component,
    @Nullable String configurationId,
    String type,
    String message,
    String description,
    Map<String, Object> params,
    Map<String, Object> results,
    List<Long> attachments) {

  /**
   * Goes up when a member is removed, renamed or gets another meaning. New members, kinds and
   * operations come without that: readers ignore what they do not know.
   */
  public static final int SCHEMA = 1;

  /** The same record with the number that its outbox gave it. */
  public AuditRecord numbered(long given) {
    return new AuditRecord(
        id,
        given,
        kind,
        time,
        organisationId,
        projectId,
        actor,
        source,
        operation,
        object,
        outcome,
        status,
        durationMillis,
        runId,
        exceptionId,
        component,
        configurationId,
        type,
        message,
        description,
        params,
        results,
        attachments);
  }

  /** What sort of record it is. */
  public enum Kind {
    /** One call of the API. */
    CALL,
    /** What became of a call after its record was written: its stream's end, or another answer. */
    CALL_ENDED,
    /** A named event of the contract. */
    EVENT,
    /** A job has reached a state: accepted, started, ended. */
    JOB,
    /** Something that is no call's own doing: a key was used, a retention rule was applied. */
    ACT
  }

  /** How it ended. */
  public enum Outcome {
    ALLOWED,
    REFUSED,
    FAILED
  }

  /**
   * Who acted: {@code token}, {@code user}, {@code service} or {@code none}; never the token's
   * text.
   */
  public record Actor(String type, @Nullable String id, @Nullable String description) {
    public static final Actor NOBODY = new Actor("none", null, null);
  }

  /** Where the call came from. */
  public record Source(
      @Nullable String address, @Nullable String userAgent, @Nullable String referer) {
    public static final Source INTERNAL = new Source(null, null, null);
  }

  /**
   * What it was done to, such as type {@code table}, id {@code in.c-main.users}, name {@code
   * users}.
   */
  public record AuditObject(@Nullable String type, @Nullable String id, @Nullable String name) {
    public static final AuditObject NONE = new AuditObject(null, null, null);
  }
}
