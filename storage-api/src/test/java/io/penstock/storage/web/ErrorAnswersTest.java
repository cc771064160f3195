package io.penstock.storage.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.audit.AuditRecord.Source;
import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.UncategorizedSQLException;

class ErrorAnswersTest {
  private final ErrorAnswers answers = new ErrorAnswers();
  private final Call call =
      new Call(Instant.now(), "POST /v2/storage/test", "", Source.INTERNAL, null, null, -1);

  /** Passing are a lost connection, a full and a stopping server, a deadlock, a serialisation. */
  @ParameterizedTest
  @CsvSource({
    "08006, 503",
    "53300, 503",
    "57P01, 503",
    "40P01, 503",
    "40001, 503",
    "23505, 500",
    "42601, 500"
  })
  void whatPassesInTheDatabaseIsToBeTriedAgain(String state, int status) {
    SQLException cause = new SQLException("…", state);

    for (RuntimeException failure :
        new RuntimeException[] {
          new CannotAcquireLockException("…", cause), new UncategorizedSQLException("…", "…", cause)
        }) {
      ErrorAnswers.Answer answer = answers.of(call, failure);

      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.tryLater()).isEqualTo(status == 503);
    }
  }
}
