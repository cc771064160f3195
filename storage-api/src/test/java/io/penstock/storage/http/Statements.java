package io.penstock.storage.http;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** What is said to the database while this is open, by whomever. */
final class Statements extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(JdbcTemplate.class);
  private final @Nullable Level before = logger.getLevel();

  static Statements watch() {
    Statements statements = new Statements();
    statements.start();
    statements.logger.setLevel(Level.DEBUG);
    statements.logger.setAdditive(false);
    statements.logger.addAppender(statements);
    return statements;
  }

  @Override
  protected void append(ILoggingEvent event) {
    seen.add(event.getFormattedMessage());
  }

  /** Those with that word in them. */
  List<String> seen(String word) {
    return seen.stream().filter(statement -> statement.contains(word)).toList();
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setLevel(before);
    logger.setAdditive(true);
    stop();
  }
}
