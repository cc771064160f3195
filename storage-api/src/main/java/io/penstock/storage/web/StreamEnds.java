package io.penstock.storage.web;

import io.penstock.model.PlatformException;
import io.penstock.storage.record.SharedCommit;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Events.Origin;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Tells how a streamed answer ended, whose call was recorded before its first byte left: how many
 * bytes reached the connection, and whether they were all.
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

  /** Never fails: the answer has left, and a record that could not be written is logged. */
  public void tell(boolean whole, Event event) {
    Call call = Call.current();
    call.endTold();
    if (!call.isRecorded()) {
      return; // it was refused for that, and has not been carried out
    }
    long bytes = call.answeredBytes();
    try {
      commit.write(List.of(calls.ended(call, bytes, whole), events.record(Origin.ofCall(), event)));
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
