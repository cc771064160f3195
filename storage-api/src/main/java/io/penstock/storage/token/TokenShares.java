package io.penstock.storage.token;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.Secret;
import io.penstock.model.audit.AuditRecord.Actor;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.TokenCodec;
import io.penstock.storage.mail.Mail;
import io.penstock.storage.mail.Mails;
import io.penstock.storage.mail.Mails.SealedMail;
import io.penstock.storage.token.ShareRows.Share;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Events.Origin;
import io.penstock.storage.web.Params;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.stereotype.Service;

/**
 * Shares a token by a mail with a link that shows it once. The token's text does not exist before
 * that: whoever opens the link first is given a text of his own, with a secret of its own.
 */
@Service
class TokenShares {
  static final Duration LIFETIME = Duration.ofHours(2);
  private static final Pattern EMAIL =
      Pattern.compile(
          "[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\\.[A-Za-z0-9-]{1,63}){0,8}");
  private static final Pattern LINK = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final int LINK_BYTES = 32;
  private static final int MAX_MESSAGE = 5000;
  private static final int MAX_LINKS = 100;
  private static final int MAX_TEXTS = 50;

  private final Tokens tokens;
  private final TokenRows rows;
  private final ShareRows shares;
  private final Mails mails;
  private final TokenCodec codec;
  private final Changes changes;
  private final Events events;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  TokenShares(
      Tokens tokens,
      TokenRows rows,
      ShareRows shares,
      Mails mails,
      TokenCodec codec,
      Changes changes,
      Events events,
      Clock clock) {
    this.tokens = tokens;
    this.rows = rows;
    this.shares = shares;
    this.mails = mails;
    this.codec = codec;
    this.changes = changes;
    this.events = events;
    this.clock = clock;
  }

  /** Sends the link, or will: the mail leaves after the commit. */
  void share(Caller caller, String id, Params params) {
    Token found = tokens.require(caller, id);
    if (!mails.areSent()) {
      throw new PlatformException(
          ErrorCode.NOT_IMPLEMENTED, "This installation sends no mail: it has no mail server");
    }
    Token token = shareable(found);
    String recipient = recipient(params);
    String message = message(params);
    byte[] secret = new byte[LINK_BYTES];
    random.nextBytes(secret);
    String link = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    SealedMail mail = mails.seal(caller.projectId(), mail(caller, recipient, message, link));
    Instant now = clock.instant();
    changes.commit(
        204,
        () -> {
          Token shared = shareable(tokens.lock(caller, id));
          requireRoom(shared, now);
          shares.insert(hash(link), shared, now, now.plus(LIFETIME));
          mails.send(mail, now.plus(LIFETIME));
          events.append(
              Event.of(
                      "storage.tokenShared",
                      "Shared token " + shared.description(),
                      Tokens.object(shared))
                  .with(Map.of("recipientEmail", recipient)));
          return token;
        });
  }

  private Token shareable(Token token) {
    if (token.master()) {
      throw invalid("A master token is its person's own: share another one");
    }
    if (token.disabled() || isOver(token)) {
      throw invalid("The token is disabled or has expired");
    }
    return token;
  }

  private boolean isOver(Token token) {
    return token.expiresAt() != null && !clock.instant().isBefore(token.expiresAt());
  }

  private void requireRoom(Token token, Instant now) {
    shares.forgetExpired(now);
    if (shares.links(token.projectId()) >= MAX_LINKS) {
      throw new PlatformException(
          ErrorCode.TOO_MANY_REQUESTS,
          "%d links of this project have not been opened yet; wait until they have or expire"
              .formatted(MAX_LINKS));
    }
    if (shares.texts(token.id()) >= MAX_TEXTS) {
      throw invalid(
          "The token was shared %d times: refresh it, which ends all of that, or make another"
              .formatted(MAX_TEXTS));
    }
  }

  private static String recipient(Params params) {
    String recipient = params.text("recipientEmail", "").strip();
    if (!EMAIL.matcher(recipient).matches()) {
      throw invalid("recipientEmail must be an e-mail address");
    }
    return recipient;
  }

  private static String message(Params params) {
    String message = params.text("message", "").strip();
    if (message.isEmpty() || message.length() > MAX_MESSAGE) {
      throw invalid("message must have 1 to %d characters".formatted(MAX_MESSAGE));
    }
    return message;
  }

  private static Mail mail(Caller caller, String recipient, String message, String link) {
    String project = caller.project().name().replaceAll("\\p{Cntrl}", " ");
    return new Mail(
        recipient,
        "A token of the project \"%s\"".formatted(project),
        """
        %s shares a token of the project "%s" with you:

        %s

        This link shows the token once, within two hours:
        %s/share/%s
        """
            .formatted(caller.description(), project, message, Call.current().baseUrl(), link));
  }

  /** Whether the link still shows something; asking uses nothing up. */
  boolean isOpen(String link) {
    return find(link).isPresent();
  }

  /**
   * Takes the link away and makes the token's text.
   *
   * @throws PlatformException {@code ROUTE_NOT_FOUND} when it was opened before, has expired, or
   *     never was
   */
  Secret open(String link) {
    Share share = find(link).orElseThrow(TokenShares::gone);
    return changes.commit(
        200,
        () -> {
          Token token =
              rows.lock(share.projectId(), share.tokenId()).orElseThrow(TokenShares::gone);
          if (token.disabled() || isOver(token) || !shares.take(hash(link), clock.instant())) {
            throw gone();
          }
          byte[] secret = codec.newSecret();
          shares.addText(token.id(), TokenCodec.hash(secret), clock.instant());
          AuditObject object = Tokens.object(token);
          events.append(
              new Origin(
                  share.organisationId(),
                  share.projectId(),
                  Actor.NOBODY,
                  Call.current().source(),
                  Call.current().runId()),
              Event.of(
                  "storage.tokenShareOpened",
                  "The shared token %s was shown".formatted(token.description()),
                  object));
          return codec.seal(token.projectId(), token.id(), secret);
        });
  }

  private Optional<Share> find(String link) {
    return LINK.matcher(link).matches()
        ? shares.find(hash(link), clock.instant())
        : Optional.empty();
  }

  private static byte[] hash(String link) {
    return TokenCodec.hash(link.getBytes(StandardCharsets.US_ASCII));
  }

  private static PlatformException gone() {
    return new PlatformException(
        ErrorCode.ROUTE_NOT_FOUND, "resource not found: the link was opened before or has expired");
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.VALIDATION, message);
  }
}
