package io.penstock.storage.web;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Moves a project's revocation counter, in the transaction that takes a right away (or gives one).
 */
@Component
public class Revocations {
  private final JdbcClient jdbc;

  Revocations(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Every node resolves this project's callers anew from the commit on. */
  public void move(long projectId) {
    jdbc.sql("UPDATE project SET revocation = revocation + 1 WHERE id = :id")
        .param("id", projectId)
        .update();
    if (Call.isPresent()) {
      Call call = Call.current();
      if (call.callerOrNull() != null && call.caller().projectId() == projectId) {
        call.revokedSomething();
      }
    }
  }
}
