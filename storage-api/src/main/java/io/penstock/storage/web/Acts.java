package io.penstock.storage.web;

import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.AuditRecord.Actor;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.audit.AuditRecord.Kind;
import io.penstock.model.audit.AuditRecord.Outcome;
import io.penstock.model.audit.AuditRecord.Source;
import io.penstock.storage.record.RecordIds;
import io.penstock.storage.record.Records;
import io.penstock.storage.record.SharedCommit;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Records what is done apart from calls, events and jobs: the use of a key, what a retention rule
 * removed, the first administrator. Inside of a call it is done in that caller's name. Thread-safe.
 */
@Component
public class Acts {
  private static final Actor PLATFORM = new Actor("service", "storage-api", null);

  private final Records records;
  private final SharedCommit commit;
  private final JdbcClient jdbc;
  private final Clock clock;

  Acts(Records records, SharedCommit commit, JdbcClient jdbc, Clock clock) {
    this.records = records;
    this.commit = commit;
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * What is done.
   *
   * @param operation such as {@code key.open}
   */
  public record Act(
      String operation, String message, AuditObject object, Map<String, Object> params) {}

  /** Adds an act on something of the project to the transaction at hand. */
  public void append(long projectId, Act act) {
    long ignored = records.append(record(organisationOf(projectId), projectId, act));
  }

  /** Adds an act of the platform's own trail to the transaction at hand. */
  public void append(Act act) {
    long ignored = records.append(record(null, null, act));
  }

  /**
   * Returns when the act, which is still to be done, is durable: what cannot be recorded must not
   * be done.
   *
   * @throws io.penstock.model.PlatformException {@code UNAVAILABLE} when it could not be written
   */
  public void announce(long projectId, Act act) {
    announce(organisationOf(projectId), projectId, act);
  }

  /** The same, where the project has no row yet, or there is none. */
  public void announce(@Nullable Long organisationId, @Nullable Long projectId, Act act) {
    long ignored = commit.write(List.of(record(organisationId, projectId, act)));
  }

  private AuditRecord record(@Nullable Long organisation, @Nullable Long project, Act act) {
    Call call = Call.isPresent() ? Call.current() : null;
    Map<String, Object> params = new LinkedHashMap<>(act.params());
    if (call != null) {
      params.put("call", call.recordId().toString());
    }
    return new AuditRecord(
        RecordIds.next(),
        0,
        Kind.ACT,
        clock.instant(),
        organisation,
        project,
        call == null || call.isAnonymous() ? PLATFORM : call.actor(),
        call == null ? Source.INTERNAL : call.source(),
        act.operation(),
        act.object(),
        Outcome.ALLOWED,
        0,
        0,
        call == null ? null : call.runId(),
        null,
        "storage",
        null,
        "info",
        act.message(),
        "",
        params,
        Map.of(),
        List.of());
  }

  private long organisationOf(long projectId) {
    return jdbc.sql("SELECT organisation_id FROM project WHERE id = :id")
        .param("id", projectId)
        .query(Long.class)
        .single();
  }
}
