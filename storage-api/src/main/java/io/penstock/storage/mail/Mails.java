package io.penstock.storage.mail;

import io.penstock.aws.Keyring;
import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Events.Origin;
import io.penstock.storage.web.Relay;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sends mails. One may come twice, when we did not hear that the server had taken it; none is lost
 * without an event that says so. Thread-safe.
 */
@Component
public class Mails extends Relay {
  private static final Logger log = LoggerFactory.getLogger(Mails.class);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
  private static final int BATCH = 10;

  /** The lease covers ten mails that each time out, and grows with the attempts. */
  private static final String CLAIM =
      """
      UPDATE outgoing_mail SET attempts = attempts + 1, lease_until = now() + interval '10 minutes'
      WHERE id IN (SELECT id FROM outgoing_mail WHERE lease_until <= now()
                   ORDER BY lease_until LIMIT 10 FOR UPDATE SKIP LOCKED)
      RETURNING id, project_id, sealed, origin, useless_at, attempts
      """;

  private final ObjectProvider<JavaMailSender> sender;
  private final Keyring keyring;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Events events;
  private final MailProperties properties;
  private final Clock clock;

  /**
   * @param sender there is one where a mail server is configured
   */
  Mails(
      ObjectProvider<JavaMailSender> sender,
      Keyring keyring,
      JdbcClient jdbc,
      TransactionTemplate transaction,
      Events events,
      MailProperties properties,
      Clock clock) {
    super("mails");
    this.sender = sender;
    this.keyring = keyring;
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.events = events;
    this.properties = properties;
    this.clock = clock;
  }

  /** A mail that can be written down: nobody reads it without the project's key. */
  public record SealedMail(UUID id, long projectId, byte[] sealed) {}

  private record Row(SealedMail mail, Origin origin, Instant uselessAt, int attempts) {}

  /** Whether a mail server is configured. */
  public boolean areSent() {
    return sender.getIfAvailable() != null;
  }

  /** Asks the keyring, which may be far away: to be called before the transaction. */
  public SealedMail seal(long projectId, Mail mail) {
    UUID id = UUID.randomUUID();
    byte[] text = Json.write(mail).getBytes(StandardCharsets.UTF_8);
    return new SealedMail(id, projectId, keyring.seal(projectId, text, context(id)));
  }

  /**
   * Adds the mail to the transaction at hand.
   *
   * @param uselessAt it is given up then
   */
  public void send(SealedMail mail, Instant uselessAt) {
    jdbc.sql(
            """
            INSERT INTO outgoing_mail (id, project_id, sealed, origin, created_at, useless_at)
            VALUES (:id, :project, :sealed, :origin, now(), :useless)
            """)
        .param("id", mail.id())
        .param("project", mail.projectId())
        .param("sealed", mail.sealed())
        .param("origin", Json.write(Origin.ofCall()))
        .param("useless", Timestamp.from(uselessAt))
        .update();
    wakeAfterCommit();
  }

  private static byte[] context(UUID id) {
    return ("mail:" + id).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  protected boolean round() {
    JavaMailSender server = sender.getIfAvailable();
    if (server == null) {
      return false;
    }
    List<Row> claimed =
        jdbc.sql(CLAIM)
            .query(
                (rs, _) ->
                    new Row(
                        new SealedMail(
                            rs.getObject("id", UUID.class),
                            rs.getLong("project_id"),
                            rs.getBytes("sealed")),
                        Json.read(rs.getString("origin"), Origin.class),
                        rs.getTimestamp("useless_at").toInstant(),
                        rs.getInt("attempts")))
            .list();
    claimed.forEach(row -> sendOrPutOff(server, row));
    return claimed.size() == BATCH;
  }

  /**
   * What goes wrong with one mail is no other's: but where not even that can be written, the round
   * is over, because a sent mail could not be forgotten either.
   */
  private void sendOrPutOff(JavaMailSender server, Row row) {
    try {
      sendOrGiveUp(server, row);
    } catch (RuntimeException e) {
      log.warn("Mail {} was not sent, attempt {}", row.mail().id(), row.attempts(), e);
      putOff(row);
    }
  }

  private void sendOrGiveUp(JavaMailSender server, Row row) {
    if (!clock.instant().isBefore(row.uselessAt())) {
      giveUp(row, "the mail server did not take it in time");
      return;
    }
    try {
      server.send(opened(row.mail()));
      forget(row.mail());
    } catch (GeneralSecurityException e) {
      log.error("Mail {} cannot be opened any more", row.mail().id(), e);
      giveUp(row, "the project's key does not open it");
    }
  }

  private SimpleMailMessage opened(SealedMail sealed) throws GeneralSecurityException {
    byte[] text = keyring.open(sealed.projectId(), sealed.sealed(), context(sealed.id()));
    Mail mail = Json.read(new String(text, StandardCharsets.UTF_8), Mail.class);
    SimpleMailMessage message = new SimpleMailMessage();
    message.setFrom(properties.from());
    message.setTo(mail.to());
    message.setSubject(mail.subject());
    message.setText(mail.text());
    return message;
  }

  private void putOff(Row row) {
    long pause = properties.retryAfter().toMillis() << Math.min(row.attempts() - 1, 12);
    jdbc.sql(
            "UPDATE outgoing_mail SET lease_until = now() + make_interval(secs => :seconds) WHERE"
                + " id = :id")
        .param("seconds", Math.min(pause, LONGEST_PAUSE.toMillis()) / 1000.0)
        .param("id", row.mail().id())
        .update();
  }

  private void forget(SealedMail mail) {
    jdbc.sql("DELETE FROM outgoing_mail WHERE id = :id").param("id", mail.id()).update();
  }

  private void giveUp(Row row, String why) {
    transaction.executeWithoutResult(
        _ -> {
          forget(row.mail());
          events.append(
              row.origin(),
              Event.of(
                      "storage.mailFailed",
                      "A mail was not sent: " + why,
                      new AuditObject("mail", row.mail().id().toString(), null))
                  .as("error"));
        });
  }
}
