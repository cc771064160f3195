package io.penstock.storage.web;

import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Callers;
import io.penstock.storage.record.SharedCommit;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * What stands between an answer and the wire: no first byte leaves before the call's record is
 * durable, and none for a caller whose right was taken away meanwhile.
 */
@Component
class Gate {
  private final SharedCommit commit;
  private final Callers callers;
  private final CallRecords records;
  private final Events events;

  Gate(SharedCommit commit, Callers callers, CallRecords records, Events events) {
    this.commit = commit;
    this.callers = callers;
    this.records = records;
    this.events = events;
  }

  /**
   * Records the call with the status as decided.
   *
   * @throws PlatformException when the call must be refused after all: the record could not be
   *     written, or the token was revoked
   */
  void pass(Call call, int status) {
    if (call.isRecorded()) {
      return;
    }
    Caller caller = call.callerOrNull();
    List<AuditRecord> written = new ArrayList<>();
    written.add(records.of(call, status));
    if (status < 400) {
      call.told().forEach(event -> written.add(events.record(Events.Origin.ofCall(), event)));
    }
    long revocation = commit.write(written);
    call.recorded();
    if (caller != null && status < 400) {
      callers.refuseIfChanged(caller, revocation, call.ownRevocations());
    }
  }
}
