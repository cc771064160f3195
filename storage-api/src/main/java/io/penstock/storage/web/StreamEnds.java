package io.penstock.storage.web;

import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.storage.record.SharedCommit;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Events.Origin;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Tells how a streamed answer ended, whose call was recorded before its first byte left: how many
 * bytes went out, and whether they were all.
 */
@Component
public class StreamEnds {
  private static final Logger log = LoggerFactory.getLogger(StreamEnds.class);

  private final SharedCommit commit;
  private final CallRecords calls;
  private final Events events;

  StreamEnds(SharedCommit commit, CallRecords calls, Events events) {
    this.commit = commit;
    this.calls = calls;
    this.events = events;
  }

  /** The same for an answer that is no event. Never fails. */
  public void tell(long bytes, boolean whole) {
    tell(bytes, whole, List.of());
  }

  /** Never fails: the answer has left, and a record that could not be written is logged. */
  public void tell(long bytes, boolean whole, Event event) {
    tell(bytes, whole, List.of(events.record(Origin.ofCall(), event)));
  }

  private void tell(long bytes, boolean whole, List<AuditRecord> more) {
    Call call = Call.current();
    call.endTold();
    List<AuditRecord> told = new ArrayList<>();
    told.add(calls.ended(call, bytes, whole));
    told.addAll(more);
    try {
      commit.write(told);
    } catch (PlatformException e) {
      log.error(
          "Call {} sent {} bytes ({}), which could not be recorded",
          call.recordId(),
          bytes,
          whole ? "all" : "broken off",
          e);
    }
  }
}
