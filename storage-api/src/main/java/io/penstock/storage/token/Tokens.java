package io.penstock.storage.token;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.Secret;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.access.TokenCodec;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Params;
import io.penstock.storage.web.Revocations;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Service;

/**
 * Issues, changes and revokes tokens. A transaction locks the token first, then buckets, the
 * project last.
 */
@Service
public class Tokens {
  private final TokenRows rows;
  private final BucketGrants grants;
  private final TokenCodec codec;
  private final Changes changes;
  private final Events events;
  private final Revocations revocations;
  private final Clock clock;

  Tokens(
      TokenRows rows,
      BucketGrants grants,
      TokenCodec codec,
      Changes changes,
      Events events,
      Revocations revocations,
      Clock clock) {
    this.rows = rows;
    this.grants = grants;
    this.codec = codec;
    this.changes = changes;
    this.events = events;
    this.revocations = revocations;
    this.clock = clock;
  }

  /** A token with the text that is seen this once. */
  record Issued(Token token, Secret text) {}

  /** A fresh token's id and text. */
  public record IssuedToken(long id, Secret text) {}

  /** Issues a master token in the transaction at hand; returns its id and text. */
  public IssuedToken issueMaster(long projectId, long personId, String description) {
    return issue(projectId, NewToken.master(personId, description));
  }

  private IssuedToken issue(long projectId, NewToken wanted) {
    byte[] secret = codec.newSecret();
    long id = rows.insert(projectId, wanted, TokenCodec.hash(secret), clock.instant());
    if (!wanted.permissions().isEmpty()) {
      grants.replace(id, projectId, wanted.permissions());
    }
    return new IssuedToken(id, codec.seal(projectId, id, secret));
  }

  Issued create(Caller caller, Params params) {
    NewToken wanted = TokenParams.created(caller, params, clock.instant());
    return changes.commit(
        201,
        () -> {
          IssuedToken issued = issue(caller.projectId(), wanted);
          Token token = rows.find(caller.projectId(), issued.id()).orElseThrow();
          tell("storage.tokenCreated", "Created token", token);
          return new Issued(token, issued.text());
        });
  }

  Token update(Caller caller, String id, Params params) {
    return changes.commit(
        200,
        () -> {
          Token token = lock(caller, id);
          rows.update(token.id(), TokenParams.changed(token, params, clock.instant()));
          if (params.has("bucketPermissions") && !token.canManageBuckets()) {
            Map<String, Permission> wanted = BucketGrants.of(params.map("bucketPermissions"));
            grants.replace(token.id(), token.projectId(), wanted);
          }
          revocations.move(caller.projectId());
          Token changed = rows.find(token.projectId(), token.id()).orElseThrow();
          tell("storage.tokenUpdated", "Updated token", changed);
          return changed;
        });
  }

  /** Another text; the old one is refused from the commit on, on every node. */
  Issued refresh(Caller caller, String id) {
    return changes.commit(
        200,
        () -> {
          Token token = lock(caller, id);
          changes.holdCaller();
          byte[] secret = codec.newSecret();
          rows.refresh(token.id(), TokenCodec.hash(secret), clock.instant());
          revocations.move(caller.projectId());
          Token refreshed = rows.find(token.projectId(), token.id()).orElseThrow();
          tell("storage.tokenRefreshed", "Refreshed token", refreshed);
          return new Issued(refreshed, codec.seal(token.projectId(), token.id(), secret));
        });
  }

  void delete(Caller caller, String id) {
    changes.commit(
        204,
        () -> {
          Token token = lock(caller, id);
          changes.holdCaller();
          if (token.master()) {
            throw new PlatformException(
                ErrorCode.TOKEN_CANNOT_DELETE_MASTER,
                "A master token cannot be deleted: remove its user instead");
          }
          rows.trigger(token.id())
              .ifPresent(
                  trigger -> {
                    throw new PlatformException(
                        ErrorCode.TOKEN_USED_BY_TRIGGER,
                        "The token is used by trigger %d: delete that or give it another token first"
                            .formatted(trigger));
                  });
          rows.delete(token.id(), clock.instant());
          revocations.move(caller.projectId());
          tell("storage.tokenDeleted", "Deleted token", token);
          return token;
        });
  }

  /** In the order of creation. */
  List<Token> visibleTo(Caller caller) {
    return caller.canManageTokens()
        ? rows.ofProject(caller.projectId())
        : List.of(require(caller, Long.toString(caller.tokenId())));
  }

  /** The token, which is the caller's own or one of the project of a caller that manages tokens. */
  Token require(Caller caller, String id) {
    long number = allowed(caller, id);
    return rows.find(caller.projectId(), number).orElseThrow(() -> notFound(number));
  }

  /** The same, which nobody else changes until the transaction at hand ends. */
  Token lock(Caller caller, String id) {
    long number = allowed(caller, id);
    return rows.lock(caller.projectId(), number).orElseThrow(() -> notFound(number));
  }

  private static long allowed(Caller caller, String id) {
    if (!id.matches("\\d{1,18}")) {
      throw new PlatformException(
          ErrorCode.ROUTE_NOT_FOUND, "resource not found: a token's id is a number");
    }
    long number = Long.parseLong(id);
    Call.current().about("token", id, null);
    if (!caller.canManageTokens() && number != caller.tokenId()) {
      throw Caller.accessDenied();
    }
    return number;
  }

  private static PlatformException notFound(long id) {
    return new PlatformException(
        ErrorCode.TOKEN_NOT_FOUND, "There is no token %d in this project".formatted(id));
  }

  private void tell(String event, String what, Token token) {
    events.append(Event.of(event, what + " " + token.description(), object(token)));
  }

  /** The token, which the call's record then names. */
  static AuditObject object(Token token) {
    String id = Long.toString(token.id());
    Call.current().about("token", id, token.description());
    return new AuditObject("token", id, token.description());
  }
}
