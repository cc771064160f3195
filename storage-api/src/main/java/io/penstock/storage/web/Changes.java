package io.penstock.storage.web;

import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Callers;
import io.penstock.storage.record.Records;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The one way in which a call changes the metadata: the change, its events and the call's own
 * record are one transaction, which also looks at the revocation counter. So there is no change
 * without its record, and none by a token that was revoked meanwhile. Nothing may be sent over the
 * network inside.
 */
@Component
public class Changes {
  private final TransactionTemplate transaction;
  private final JdbcClient jdbc;
  private final Callers callers;
  private final Records records;
  private final CallRecords callRecords;
  private final IdempotencyKeys keys;

  Changes(
      TransactionTemplate transaction,
      JdbcClient jdbc,
      Callers callers,
      Records records,
      CallRecords callRecords,
      IdempotencyKeys keys) {
    this.transaction = transaction;
    this.jdbc = jdbc;
    this.callers = callers;
    this.records = records;
    this.callRecords = callRecords;
    this.keys = keys;
  }

  /**
   * Carries out the change.
   *
   * @param status the HTTP status that the call is answered with when this commits
   */
  public <T> T commit(int status, Supplier<T> change) {
    Call call = Call.current();
    IdempotencyKeys.@Nullable Key key = call.callerOrNull() == null ? null : call.key();
    T result =
        transaction.execute(
            _ -> {
              if (key != null && keys.takeAny(call.caller().tokenId(), key).isPresent()) {
                throw new RepeatedCall(key);
              }
              T made = change.get();
              Caller caller = call.callerOrNull();
              if (caller != null) {
                callers.refuseIfChanged(caller, revocation(caller), call.ownRevocations());
              }
              records.append(callRecords.of(call, status));
              return made;
            });
    call.recorded(status);
    if (key != null) {
      call.keyTaken(key);
    }
    return result;
  }

  /**
   * Makes sure of the caller before it changes its own token, in the transaction at hand:
   * afterwards it could not be told from one that somebody else revoked meanwhile. No other right
   * of the project is taken away until the transaction ends.
   */
  public void holdCaller() {
    Call call = Call.current();
    Caller caller = call.caller();
    long revocation =
        read("SELECT revocation FROM project WHERE id = :id FOR NO KEY UPDATE", caller);
    if (revocation != caller.revocation()) {
      call.resolvedAs(callers.again(caller));
    }
  }

  private long revocation(Caller caller) {
    return read("SELECT revocation FROM project WHERE id = :id", caller);
  }

  private long read(String sql, Caller caller) {
    return jdbc.sql(sql).param("id", caller.projectId()).query(Long.class).single();
  }
}
