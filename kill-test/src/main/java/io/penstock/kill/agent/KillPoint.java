package io.penstock.kill.agent;

import static io.penstock.kill.agent.KillPoint.Service.AUDIT_SERVICE;
import static io.penstock.kill.agent.KillPoint.Service.IMPORT_WORKER;
import static io.penstock.kill.agent.KillPoint.Service.STORAGE_API;
import static io.penstock.kill.agent.KillPoint.Where.ENTRY;
import static io.penstock.kill.agent.KillPoint.Where.EXIT;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The points at which a process can be made to end: each a method, when entered or left. */
public enum KillPoint {
  BEFORE_COPY(IMPORT_WORKER, ENTRY, "org/postgresql/copy/CopyManager", "copyIn"),
  IN_COPY(IMPORT_WORKER, ENTRY, "org/postgresql/core/v3/CopyInImpl", "writeToCopy"),
  /** The ledger's row is written in the transaction that publishes. */
  BEFORE_COMMIT(IMPORT_WORKER, EXIT, "io/penstock/importer/ledger/JobLedger", "record"),
  AFTER_COMMIT_BEFORE_RESULT(
      IMPORT_WORKER, ENTRY, "io/penstock/importer/intake/SqsJobReports", "ended"),
  AFTER_RESULT_BEFORE_ACKNOWLEDGEMENT(
      IMPORT_WORKER, ENTRY, "io/penstock/importer/intake/SqsDelivery", "acknowledge"),
  /** The job is committed, its caller has no answer. */
  JOB_ACCEPTED_BEFORE_ANSWER(STORAGE_API, EXIT, "io/penstock/storage/job/AcceptedJobs", "submit"),
  /** The job is leased, its message is not sent. */
  JOB_RELAY_BEFORE_SENDING(STORAGE_API, ENTRY, "io/penstock/storage/job/Queues", "send"),
  /** The job's message is sent, nobody has heard of that. */
  JOB_RELAY_AFTER_SENDING(STORAGE_API, EXIT, "io/penstock/storage/job/Queues", "send"),
  /** The job's end is committed, its result is not acknowledged. */
  RESULT_APPLIED_BEFORE_ACKNOWLEDGEMENT(
      STORAGE_API, EXIT, "io/penstock/storage/job/OutcomeListener", "receive"),
  /** Records are sent, and stand in the outbox until they are confirmed. */
  RECORD_RELAY_AFTER_SENDING(STORAGE_API, EXIT, "io/penstock/storage/record/RecordRelay", "send"),
  /** Records are kept, storage-api has not heard of it. */
  RECORD_KEPT_BEFORE_CONFIRMATION(
      AUDIT_SERVICE, ENTRY, "io/penstock/audit/ingest/SqsConfirmations", "send"),
  /** Records are confirmed, their message is not acknowledged. */
  RECORD_CONFIRMED_BEFORE_ACKNOWLEDGEMENT(
      AUDIT_SERVICE, EXIT, "io/penstock/audit/ingest/RecordIntake", "receive"),
  /** What is too large for an entry is kept, the segment that names it is not written. */
  VALUES_KEPT(AUDIT_SERVICE, EXIT, "io/penstock/audit/keep/SegmentStore", "keepValues"),
  /** A segment is written, by this writer or another; ids and index do not know it. */
  SEGMENT_WRITTEN(AUDIT_SERVICE, EXIT, "io/penstock/audit/keep/SegmentStore", "write"),
  FULL_BUNDLE_WRITTEN(AUDIT_SERVICE, EXIT, "io/penstock/audit/log/LogObjects", "keepBundle"),
  FULL_TILE_WRITTEN(AUDIT_SERVICE, EXIT, "io/penstock/audit/log/LogObjects", "keepTile"),
  PARTIAL_BUNDLE_WRITTEN(AUDIT_SERVICE, EXIT, "io/penstock/audit/log/LogObjects", "putBundle"),
  PARTIAL_TILE_WRITTEN(AUDIT_SERVICE, EXIT, "io/penstock/audit/log/LogObjects", "putTile"),
  /** {@code checkpoints/{size}} is written, the newest checkpoint is older. */
  CHECKPOINT_WRITTEN(AUDIT_SERVICE, EXIT, "io/penstock/audit/log/LogObjects", "writeCheckpoint"),
  /** What it makes superfluous is not removed. */
  NEWEST_CHECKPOINT_WRITTEN(
      AUDIT_SERVICE, EXIT, "io/penstock/audit/log/LogObjects", "replaceNewest"),
  INDEX_COMMITTED(AUDIT_SERVICE, EXIT, "io/penstock/audit/search/OpenIndex", "commit");

  /** The points of a load's way, in which the kill test of loads ends processes. */
  public static final Set<KillPoint> OF_LOADS =
      Collections.unmodifiableSet(
          EnumSet.range(BEFORE_COPY, RECORD_CONFIRMED_BEFORE_ACKNOWLEDGEMENT));

  /** The steps of audit-service, after which the kill test of the audit trail ends it. */
  public static final Set<KillPoint> OF_THE_TRAIL =
      Collections.unmodifiableSet(EnumSet.range(RECORD_KEPT_BEFORE_CONFIRMATION, INDEX_COMMITTED));

  /** Whose process it is. */
  public enum Service {
    AUDIT_SERVICE,
    IMPORT_WORKER,
    STORAGE_API;

    /** As in {@code config/} and in the names of folders. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** When in the method. */
  enum Where {
    ENTRY,
    EXIT
  }

  private final Service service;
  private final Where where;
  private final String className;
  private final String method;

  KillPoint(Service service, Where where, String className, String method) {
    this.service = service;
    this.where = where;
    this.className = className;
    this.method = method;
  }

  public Service service() {
    return service;
  }

  Where where() {
    return where;
  }

  /** With slashes, as in class files. */
  public String className() {
    return className;
  }

  /** All methods of that name. */
  String method() {
    return method;
  }

  /** As a person reads it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
