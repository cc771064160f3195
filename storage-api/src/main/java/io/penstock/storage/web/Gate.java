package io.penstock.storage.web;

import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Callers;
import io.penstock.storage.record.Question;
import io.penstock.storage.record.SharedCommit;
import io.penstock.storage.record.SharedCommit.Answered;
import io.penstock.storage.record.SharedCommit.UndecidedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What stands between an answer and the wire: no first byte leaves before the call's record is
 * durable, and none for a caller whose right was taken away meanwhile.
 */
@Component
class Gate {
  private static final Logger log = LoggerFactory.getLogger(Gate.class);

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
      answeredOtherwise(call, status);
      return;
    }
    call.refuseIfUnrecordable();
    Caller caller = call.callerOrNull();
    long revocation = commit.write(recordsOf(call, status));
    call.recorded(status);
    if (caller != null && status < 400) {
      callers.refuseIfChanged(caller, revocation, call.ownRevocations());
    }
  }

  /**
   * Records the call and asks for its answer, both on one journey to the database. For a call that
   * clients make all the time, that changes nothing, and whose caller is only remembered.
   *
   * @param status that the call is answered with; where it is not, a second record tells
   * @param key of the question
   * @return what was read; empty where nothing was, or where the caller's revocation counter has
   *     moved: then nothing is recorded
   * @throws PlatformException when the record could not be written, or the caller's time is over
   */
  <V> Optional<V> passAsking(Call call, int status, Question<V> question, long key) {
    Optional<Answered<V>> answered;
    try {
      answered =
          commit.writeAndAsk(recordsOf(call, status), call.caller().revocation(), question, key);
    } catch (PlatformException e) {
      call.unrecordable(e);
      throw e;
    }
    if (answered.isEmpty()) {
      return Optional.empty();
    }
    call.recorded(status);
    callers.refuseIfOver(call.caller());
    return Optional.ofNullable(answered.get().value());
  }

  private List<AuditRecord> recordsOf(Call call, int status) {
    List<AuditRecord> written = new ArrayList<>();
    written.add(records.of(call, status));
    if (status < 400) {
      call.told().forEach(event -> written.add(events.record(Events.Origin.ofCall(), event)));
    }
    return written;
  }

  /**
   * Tells that the answer has another status than the call's record says: the change is durable,
   * and something failed, or took too long, after it.
   */
  void answeredOtherwise(Call call, int status) {
    if (call.isRecorded() && call.recordedStatus() != status) {
      tell(records.answered(call, status, call.recordedStatus()));
    }
  }

  /**
   * Tells that the call was refused where it was to be recorded, if its record says, or comes to
   * say, anything else.
   */
  void refused(Call call, int status, RuntimeException why) {
    if (why instanceof UndecidedException undecided
        && undecided.record().id().equals(call.recordId())) {
      undecided.correctBy(records.answered(call, status, undecided.record().status()));
    } else {
      answeredOtherwise(call, status);
    }
  }

  /** Tells that the answer broke off, unless somebody who knows more has done so. */
  void brokenOff(Call call) {
    if (call.isRecorded() && !call.isEndTold()) {
      call.endTold();
      tell(records.ended(call, call.answeredBytes(), false));
    }
  }

  private void tell(AuditRecord record) {
    try {
      commit.write(List.of(record));
    } catch (RuntimeException e) {
      log.error("{} could not be recorded: {}", record.params(), record.message(), e);
    }
  }
}
