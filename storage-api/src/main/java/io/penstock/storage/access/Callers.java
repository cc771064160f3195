package io.penstock.storage.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.Secret;
import io.penstock.model.audit.AuditRecord.Actor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Resolves a token's text to a {@link Caller}. Genuine tokens are remembered by their SHA-256, but
 * the memory never decides: every call compares the project's revocation counter, here or where it
 * reads what it answers, and once more when its record becomes durable. Thread-safe.
 */
@Component
public class Callers {
  private final TokenCodec codec;
  private final CallerQuery query;
  private final Clock clock;
  private final Cache<ByteBuffer, Caller> remembered =
      Caffeine.newBuilder().maximumSize(50_000).expireAfterWrite(Duration.ofHours(1)).build();

  Callers(TokenCodec codec, CallerQuery query, Clock clock) {
    this.codec = codec;
    this.query = query;
    this.clock = clock;
  }

  /**
   * The caller as it was when the token was resolved last, at some time before; empty where that is
   * forgotten or may be over. Whoever uses it reads the project's revocation counter after all that
   * it relies on, and resolves where it is not the caller's.
   */
  public Optional<Caller> remembered(String text) {
    return Optional.ofNullable(remembered.getIfPresent(key(text)))
        .filter(known -> expiry(known).isEmpty());
  }

  private static ByteBuffer key(String text) {
    return ByteBuffer.wrap(TokenCodec.hash(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** The caller; 401 for every token that is not fully valid right now. */
  public Caller resolve(String text) {
    ByteBuffer key = key(text);
    Caller known = remembered.getIfPresent(key);
    if (known != null && known.revocation() == query.revocation(known.projectId())) {
      return inTime(known);
    }
    Caller caller = find(text);
    remembered.put(key, caller);
    return caller;
  }

  /**
   * Refuses where the caller's rights changed after the call had begun.
   *
   * @param revocation the project's counter as the transaction of the call's record read it
   */
  public void refuseIfChanged(Caller caller, long revocation, long ownRevocations) {
    refuseIfOver(caller);
    if (revocation != caller.revocation() + ownRevocations) {
      again(caller);
    }
  }

  /** Refuses where the caller's time, or its project's, ended after the call had begun. */
  public void refuseIfOver(Caller caller) {
    var _ = inTime(caller);
  }

  /**
   * The caller as the database knows it now, with the same rights as before. It is not remembered:
   * a transaction at hand may see changes that are never committed, and a counter that another
   * change will then reach.
   *
   * @throws PlatformException when the token is no longer valid, or its rights are others
   */
  public Caller again(Caller caller) {
    Caller now = find(caller.token().reveal());
    if (!now.sameRightsAs(caller)) {
      throw new PlatformException(
          ErrorCode.UNAVAILABLE, "The token's rights changed during this call; try it again");
    }
    return now;
  }

  /** Whose a genuine token is, or was: it may be refused for many reasons. */
  public record Holder(
      long organisationId, long projectId, long tokenId, @Nullable String description) {
    public Actor actor() {
      return new Actor("token", Long.toString(tokenId), description);
    }
  }

  /** Whose token a text is; empty for everything that this installation did not make. */
  public Optional<Holder> holderOf(String text) {
    return codec.open(text).flatMap(opened -> query.holder(opened.projectId(), opened.tokenId()));
  }

  private Caller find(String text) {
    TokenCodec.Opened opened = codec.open(text).orElseThrow(Callers::invalid);
    CallerQuery.Row row = query.find(opened.tokenId()).orElseThrow(Callers::invalid);
    if (!row.has(opened)) {
      throw invalid();
    }
    row.refuseUnlessActive();
    return inTime(row.caller(Secret.of(text)));
  }

  /** Lifetimes pass without anybody moving a counter. */
  private Caller inTime(Caller caller) {
    expiry(caller)
        .ifPresent(
            refusal -> {
              throw refusal;
            });
    return caller;
  }

  /** The refusal of a caller whose time, or whose project's time, is over. */
  private Optional<PlatformException> expiry(Caller caller) {
    Instant now = clock.instant();
    if (caller.expiresAt() != null && !now.isBefore(caller.expiresAt())) {
      return Optional.of(new PlatformException(ErrorCode.TOKEN_EXPIRED, "Token expired"));
    }
    Instant projectEnds = caller.projectExpiresAt();
    return projectEnds != null && !now.isBefore(projectEnds)
        ? Optional.of(disabled())
        : Optional.empty();
  }

  static PlatformException disabled() {
    return new PlatformException(ErrorCode.TOKEN_DISABLED, "Token is disabled");
  }

  /** The refusal of a text that is no token, or none any more. */
  public static PlatformException invalid() {
    return new PlatformException(ErrorCode.TOKEN_INVALID, "Invalid access token");
  }
}
