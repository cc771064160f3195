package io.penstock.storage.web;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.Actor;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.audit.AuditRecord.Source;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Callers;
import io.penstock.storage.access.ProjectPlaces;
import io.penstock.storage.record.RecordIds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One API call from its first byte to its record. It is bound to the thread that serves the call
 * ({@link #current()}); a feature reads the caller and the run id from it and says what the call
 * was about. Not thread-safe: one thread, one call.
 */
public final class Call {
  static final ScopedValue<Call> CURRENT = ScopedValue.newInstance();

  private final UUID recordId = RecordIds.next();
  private final Instant startedAt;
  private final String baseUrl;
  private final Source source;
  private final @Nullable String runId;
  private final @Nullable String traceparent;
  private final long requestBytes;
  private String operation;
  private @Nullable Caller caller;
  private @Nullable Actor administrator;
  private AuditObject object = AuditObject.NONE;
  private Map<String, Object> params = Map.of();
  private @Nullable Long organisation;
  private @Nullable Long project;
  private @Nullable Actor holder;
  private @Nullable ErrorCode error;
  private @Nullable String exceptionId;
  private final List<Events.Event> told = new ArrayList<>();
  private final List<ProjectPlaces.Place> held = new ArrayList<>();
  private long ownRevocations;
  private int recordedStatus;
  private @Nullable PlatformException unrecordable;
  private boolean endTold;
  private LongSupplier answeredBytes = () -> 0;
  private IdempotencyKeys.@Nullable Key key;
  private boolean keyIsForJobs;
  private IdempotencyKeys.@Nullable Key takenKey;

  Call(
      Instant startedAt,
      String operation,
      String baseUrl,
      Source source,
      @Nullable String runId,
      @Nullable String traceparent,
      long requestBytes) {
    this.startedAt = startedAt;
    this.operation = operation;
    this.baseUrl = baseUrl;
    this.source = source;
    this.runId = runId;
    this.traceparent = traceparent;
    this.requestBytes = requestBytes;
  }

  /** The call that this thread serves. */
  public static Call current() {
    return CURRENT.get();
  }

  /** Whether this thread serves a call at all; background work does not. */
  public static boolean isPresent() {
    return CURRENT.isBound();
  }

  /**
   * Who calls. Never null behind the authorisation table, except on routes that are open to
   * everybody.
   */
  public Caller caller() {
    if (caller == null) {
      throw new PlatformException(ErrorCode.TOKEN_MISSING, "Access token must be set");
    }
    return caller;
  }

  public @Nullable Caller callerOrNull() {
    return caller;
  }

  public void resolvedAs(Caller resolved) {
    this.caller = resolved;
  }

  /** Who administers the installation by this call; null on the Storage API. */
  public @Nullable Actor administrator() {
    return administrator;
  }

  public void administeredBy(Actor person) {
    this.administrator = person;
  }

  /** Whose trail the call belongs to although no token of theirs makes it: the Manage API. */
  public void concerns(long organisationId, @Nullable Long projectId) {
    this.organisation = organisationId;
    this.project = projectId;
  }

  /** A genuine token was refused: the call belongs to the project that it was made for. */
  void refusedTo(Callers.Holder refused) {
    concerns(refused.organisationId(), refused.projectId());
    this.holder = refused.actor();
  }

  /** Null: the call belongs to the platform's own trail. */
  public @Nullable Long organisationId() {
    return caller == null ? organisation : Long.valueOf(caller.project().organisationId());
  }

  public @Nullable Long projectId() {
    return caller == null ? project : Long.valueOf(caller.projectId());
  }

  /** Who acts, as far as that is known. */
  public Actor actor() {
    if (caller != null) {
      return new Actor("token", Long.toString(caller.tokenId()), caller.description());
    }
    if (administrator != null) {
      return administrator;
    }
    return holder == null ? Actor.NOBODY : holder;
  }

  /** Whether the call came without any token that this installation has made. */
  boolean isAnonymous() {
    return caller == null && administrator == null && holder == null;
  }

  /** Says what the call was about, for its record. */
  public void about(String type, String id, @Nullable String name) {
    this.object = new AuditObject(type, id, name);
  }

  /** The public address by which the call came in, without a trailing slash. */
  public String baseUrl() {
    return baseUrl;
  }

  public @Nullable String runId() {
    return runId;
  }

  public @Nullable String traceparent() {
    return traceparent;
  }

  public Source source() {
    return source;
  }

  public UUID recordId() {
    return recordId;
  }

  /** The place is given back when the call has ended. */
  void holds(ProjectPlaces.Place place) {
    held.add(place);
  }

  void ended() {
    held.forEach(ProjectPlaces.Place::close);
    held.clear();
  }

  /** Of the body, as its sender announced them; -1: not announced. */
  long requestBytes() {
    return requestBytes;
  }

  public Instant startedAt() {
    return startedAt;
  }

  public String operation() {
    return operation;
  }

  void routedTo(String route) {
    this.operation = route;
  }

  public AuditObject object() {
    return object;
  }

  public Map<String, Object> params() {
    return params;
  }

  void sent(Map<String, Object> masked) {
    this.params = masked;
  }

  /** The caller's {@code Idempotency-Key}; null: none was sent, or a job stands for it. */
  IdempotencyKeys.@Nullable Key key() {
    return keyIsForJobs ? null : key;
  }

  void cameWith(IdempotencyKeys.@Nullable Key sent) {
    this.key = sent;
  }

  void keysAreKeptByJobs() {
    this.keyIsForJobs = true;
  }

  /** The key under which the call's answer has to be kept. */
  IdempotencyKeys.@Nullable Key takenKey() {
    return takenKey;
  }

  void keyTaken(IdempotencyKeys.@Nullable Key taken) {
    this.takenKey = taken;
    this.key = null;
  }

  /** Remembers why the call failed; returns the id that its answer, log line and record share. */
  String failed(ErrorCode code, String id) {
    this.error = code;
    this.exceptionId = id;
    return id;
  }

  public @Nullable ErrorCode error() {
    return error;
  }

  public @Nullable String exceptionId() {
    return exceptionId;
  }

  /**
   * An event of a call that changes nothing; it becomes durable with the call's record, unless the
   * call is refused.
   */
  public void tell(Events.Event event) {
    told.add(event);
  }

  List<Events.Event> told() {
    return told;
  }

  /** The call itself moved its project's revocation counter by one. */
  public void revokedSomething() {
    ownRevocations++;
  }

  /** How far the call moved the counter itself. */
  public long ownRevocations() {
    return ownRevocations;
  }

  /** Whether the call's record is durable already. */
  public boolean isRecorded() {
    return recordedStatus != 0;
  }

  /** The status that the durable record says; 0: there is none yet. */
  int recordedStatus() {
    return recordedStatus;
  }

  void recorded(int status) {
    this.recordedStatus = status;
  }

  /** The call's record could not be written, or may be written yet: no other may take its place. */
  void unrecordable(PlatformException why) {
    this.unrecordable = why;
  }

  void refuseIfUnrecordable() {
    if (unrecordable != null) {
      throw unrecordable;
    }
  }

  /** Bytes of the answer that have been handed on to the caller's connection, uncompressed. */
  public long answeredBytes() {
    return answeredBytes.getAsLong();
  }

  void answersThrough(LongSupplier bytes) {
    this.answeredBytes = bytes;
  }

  /** Whether a record tells already how the answer's stream ended. */
  boolean isEndTold() {
    return endTold;
  }

  void endTold() {
    this.endTold = true;
  }
}
