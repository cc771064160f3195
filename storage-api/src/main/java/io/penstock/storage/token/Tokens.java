package io.penstock.storage.token;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.Secret;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.TokenCodec;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Params;
import io.penstock.storage.web.Revocations;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Issues, changes and revokes tokens. */
@Service
public class Tokens {
  private static final long MAX_SECONDS = 100L * 365 * 24 * 3600;
  private static final int MAX_DESCRIPTION = 1000;

  private final TokenRepository repository;
  private final TokenPermissions permissions;
  private final TokenCodec codec;
  private final Changes changes;
  private final Events events;
  private final Revocations revocations;
  private final Clock clock;

  Tokens(
      TokenRepository repository,
      TokenPermissions permissions,
      TokenCodec codec,
      Changes changes,
      Events events,
      Revocations revocations,
      Clock clock) {
    this.repository = repository;
    this.permissions = permissions;
    this.codec = codec;
    this.changes = changes;
    this.events = events;
    this.revocations = revocations;
    this.clock = clock;
  }

  /** A token with the text that is seen this once. */
  record Issued(Token token, Secret text) {}

  /** Issues a token in the transaction at hand. */
  Issued issue(long projectId, NewToken wanted, Map<String, Object> bucketPermissions) {
    byte[] secret = codec.newSecret();
    Token token =
        repository.save(new Token(projectId, wanted, TokenCodec.hash(secret), clock.instant()));
    if (!token.canManageBuckets()) {
      permissions.replace(token.id(), projectId, bucketPermissions);
    }
    return new Issued(token, codec.seal(projectId, token.id(), secret));
  }

  /** Issues a master token in the transaction at hand; returns its id and text. */
  public IssuedToken issueMaster(long projectId, long personId, String description) {
    Issued issued = issue(projectId, NewToken.master(personId, description), Map.of());
    return new IssuedToken(issued.token().id(), issued.text());
  }

  /** A fresh token's id and text. */
  public record IssuedToken(long id, Secret text) {}

  Issued create(Caller caller, Params params) {
    NewToken wanted = wanted(caller, params);
    Map<String, Object> granted =
        caller.canManageTokens() ? params.map("bucketPermissions") : Map.of();
    return changes.commit(
        201,
        () -> {
          Issued issued = issue(caller.projectId(), wanted, granted);
          tell("storage.tokenCreated", "Created token", issued.token());
          return issued;
        });
  }

  private NewToken wanted(Caller caller, Params params) {
    if (!caller.canManageTokens()) {
      throw Caller.accessDenied();
    }
    String description = params.text("description", "Created by " + caller.description());
    return new NewToken(
        bounded(description),
        null,
        caller.tokenId(),
        caller.description(),
        params.flag("canManageBuckets", false),
        params.flag("canReadAllFileUploads", false),
        params.flag("canPurgeTrash", false),
        params.list("componentAccess"),
        expiry(params));
  }

  private @Nullable Instant expiry(Params params) {
    Long seconds = params.number("expiresIn");
    if (seconds == null) {
      return null;
    }
    if (seconds < 1 || seconds > MAX_SECONDS) {
      throw new PlatformException(
          ErrorCode.VALIDATION, "expiresIn must be a number of seconds from 1 to " + MAX_SECONDS);
    }
    return clock.instant().plusSeconds(seconds);
  }

  Token update(Caller caller, String id, Params params) {
    return changes.commit(
        200,
        () -> {
          Token token = require(caller, id);
          String description = params.text("description");
          if (description != null) {
            token.describe(bounded(description));
          }
          if (!token.master()) {
            token.grant(
                params.has("canReadAllFileUploads")
                    ? params.flag("canReadAllFileUploads", false)
                    : null,
                params.has("canPurgeTrash") ? params.flag("canPurgeTrash", false) : null,
                params.has("componentAccess") ? params.list("componentAccess") : null);
            if (params.has("bucketPermissions") && !token.canManageBuckets()) {
              permissions.replace(token.id(), caller.projectId(), params.map("bucketPermissions"));
            }
          }
          repository.save(token);
          revocations.move(caller.projectId());
          tell("storage.tokenUpdated", "Updated token", token);
          return token;
        });
  }

  void delete(Caller caller, String id) {
    changes.commit(
        204,
        () -> {
          Token token = require(caller, id);
          if (token.master()) {
            throw new PlatformException(
                ErrorCode.TOKEN_CANNOT_DELETE_MASTER,
                "A master token cannot be deleted: remove its user instead");
          }
          token.delete(clock.instant());
          repository.save(token);
          revocations.move(caller.projectId());
          tell("storage.tokenDeleted", "Deleted token", token);
          return token;
        });
  }

  List<Token> visibleTo(Caller caller) {
    return caller.canManageTokens()
        ? repository.findByProjectIdAndDeletedAtIsNullOrderById(caller.projectId())
        : List.of(require(caller, Long.toString(caller.tokenId())));
  }

  /** The token, which is the caller's own or one of the project of a caller that manages tokens. */
  Token require(Caller caller, String id) {
    long number = number(id);
    Call.current().about("token", id, null);
    if (!caller.canManageTokens() && number != caller.tokenId()) {
      throw Caller.accessDenied();
    }
    return repository
        .findByIdAndProjectIdAndDeletedAtIsNull(number, caller.projectId())
        .orElseThrow(
            () ->
                new PlatformException(
                    ErrorCode.TOKEN_NOT_FOUND,
                    "There is no token %d in this project".formatted(number)));
  }

  private static long number(String id) {
    if (!id.matches("\\d{1,18}")) {
      throw new PlatformException(
          ErrorCode.ROUTE_NOT_FOUND, "Resource not found: a token's id is a number");
    }
    return Long.parseLong(id);
  }

  private static String bounded(String description) {
    if (description.length() > MAX_DESCRIPTION) {
      throw new PlatformException(
          ErrorCode.VALIDATION,
          "description may have %d characters at most".formatted(MAX_DESCRIPTION));
    }
    return description;
  }

  private void tell(String event, String what, Token token) {
    String id = Long.toString(token.id());
    Call.current().about("token", id, token.description());
    events.append(
        Event.of(
            event,
            what + " " + token.description(),
            new AuditObject("token", id, token.description())));
  }
}
