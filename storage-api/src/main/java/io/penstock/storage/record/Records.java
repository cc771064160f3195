package io.penstock.storage.record;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import java.sql.Types;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Writes records into the outbox: in the transaction at hand ({@link #append}), or, for calls that
 * change nothing, in a commit that all calls of the moment share ({@link SharedCommit}). After the
 * commit the relay hears of them at once.
 */
@Component
public class Records {
  private static final String INSERT =
      "INSERT INTO outbox_record (id, project_id, body, event_of, lease_until)"
          + " VALUES (:id, :project, :body, :of, now() + interval '20 seconds') RETURNING number";

  private final JdbcClient jdbc;
  private final RecordRelay relay;

  Records(JdbcClient jdbc, RecordRelay relay) {
    this.jdbc = jdbc;
    this.relay = relay;
  }

  /** The token that caused this event; null for any other record. */
  static @Nullable String eventOf(AuditRecord record) {
    return record.kind() == AuditRecord.Kind.EVENT && record.actor().type().equals("token")
        ? record.actor().id()
        : null;
  }

  /**
   * Adds a record to the transaction at hand; returns its number.
   *
   * @throws PlatformException {@code UNAVAILABLE} when it cannot be written: the change must not be
   */
  public long append(AuditRecord record) {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException("A record belongs into the transaction of its change");
    }
    String body = Json.write(record);
    long number = insert(record, body);
    AuditRecord numbered = record.numbered(number);
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            relay.offer(numbered, body.length());
          }
        });
    return number;
  }

  /** Whatever the reason: what cannot be recorded is not done. */
  private long insert(AuditRecord record, String body) {
    try {
      return jdbc.sql(INSERT)
          .param("id", record.id())
          .param("project", record.projectId())
          .param("body", body)
          .param("of", eventOf(record), Types.VARCHAR)
          .query(Long.class)
          .single();
    } catch (DataAccessException e) {
      throw new PlatformException(
          ErrorCode.UNAVAILABLE,
          "This could not be recorded and was not carried out; try again",
          e);
    }
  }
}
