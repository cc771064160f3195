package io.penstock.storage.event;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.RecordQuery;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Callers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * The further pages of an answer that has begun to leave. Between two of them nothing is held in
 * audit-service, so that a slow reader costs others nothing; a short outage is waited for; and the
 * reader's token is looked at again. Thread-safe.
 */
@Component
class RecordPages {
  private static final List<Integer> PAUSES_MILLIS = List.of(250, 500, 1_000, 2_000, 4_000);

  private final EventSearch search;
  private final Callers callers;

  RecordPages(EventSearch search, Callers callers) {
    this.search = search;
    this.callers = callers;
  }

  /**
   * The page that this query, for what comes after the last one, finds.
   *
   * @throws PlatformException where the answer has to be broken off
   */
  RecordQuery.Page next(Caller caller, RecordQuery query) throws IOException {
    requireSameRights(caller);
    for (int millis : PAUSES_MILLIS) {
      try {
        return search.page(query);
      } catch (PlatformException e) {
        if (e.code() != ErrorCode.UNAVAILABLE) {
          throw e;
        }
        pause(millis);
      }
    }
    return search.page(query);
  }

  /** A token that was taken away reads no further page. */
  private void requireSameRights(Caller caller) {
    if (!callers.resolve(caller.token().reveal()).sameRightsAs(caller)) {
      throw new PlatformException(
          ErrorCode.UNAVAILABLE, "The token's rights changed during the answer; begin it again");
    }
  }

  private static void pause(int millis) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException().initCause(e);
    }
  }
}
