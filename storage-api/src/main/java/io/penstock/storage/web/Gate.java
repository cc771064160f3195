package io.penstock.storage.web;

import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Callers;
import io.penstock.storage.record.SharedCommit;
import io.penstock.storage.record.SharedCommit.UndecidedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
   * Records the call while its answer is read, so that both take the time of the longer one. For a
   * call that clients make all the time, that changes nothing, and whose caller is only remembered.
   *
   * @param status that the call is answered with, unless reading fails: then a second record tells
   * @return what was read; empty where nothing was found, or where the caller's revocation counter
   *     has moved: then nothing is recorded. In both cases the caller has to be resolved
   * @throws PlatformException when the record could not be written, or as the reading does
   */
  <T> Optional<T> passWhile(Call call, int status, Supplier<Optional<T>> reading) {
    BooleanSupplier writing =
        commit.writeUnlessMoved(recordsOf(call, status), call.caller().revocation());
    Optional<T> read;
    try {
      read = reading.get();
    } catch (RuntimeException | Error e) {
      await(writing, call, status, e);
      throw e;
    }
    await(writing, call, status, null);
    if (!call.isRecorded()) {
      return Optional.empty();
    }
    callers.refuseIfOver(call.caller());
    return read;
  }

  /**
   * @param failure of the reading, which is not to be lost where recording fails, too
   */
  private static void await(
      BooleanSupplier writing, Call call, int status, @Nullable Throwable failure) {
    try {
      if (writing.getAsBoolean()) {
        call.recorded(status);
      }
    } catch (PlatformException e) {
      if (failure != null) {
        e.addSuppressed(failure);
      }
      call.unrecordable(e);
      throw e;
    }
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
