package io.penstock.storage.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Resolves a token's text to a {@link Caller}. Genuine tokens are remembered by their SHA-256, but
 * the memory never decides: every call compares the project's revocation counter, here and once
 * more when its record becomes durable. Thread-safe.
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

  /** The caller; 401 for every token that is not fully valid right now. */
  public Caller resolve(String text) {
    ByteBuffer key = ByteBuffer.wrap(TokenCodec.hash(text.getBytes(StandardCharsets.UTF_8)));
    Caller known = remembered.getIfPresent(key);
    if (known != null && known.revocation() == query.revocation(known.projectId())) {
      return notExpired(known);
    }
    TokenCodec.Opened opened = codec.open(text).orElseThrow(Callers::invalid);
    CallerQuery.Row row = query.find(opened.tokenId()).orElseThrow(Callers::invalid);
    if (row.projectId() != opened.projectId() || !opened.matches(row.secretHash())) {
      throw invalid();
    }
    row.refuseUnlessActive(clock.instant());
    Caller caller = notExpired(row.caller(Secret.of(text)));
    remembered.put(key, caller);
    return caller;
  }

  /**
   * Refuses where the caller's rights changed after the call had begun.
   *
   * @param revocation the project's counter as the transaction of the call's record read it
   */
  public void refuseIfChanged(Caller caller, long revocation, long ownRevocations) {
    notExpired(caller);
    if (revocation == caller.revocation() + ownRevocations) {
      return;
    }
    Caller now = resolve(caller.token().reveal());
    if (!now.sameRightsAs(caller)) {
      throw new PlatformException(
          ErrorCode.UNAVAILABLE, "The token's rights changed during this call; try it again");
    }
  }

  private Caller notExpired(Caller caller) {
    if (caller.expiresAt() != null && !clock.instant().isBefore(caller.expiresAt())) {
      throw new PlatformException(ErrorCode.TOKEN_EXPIRED, "Token expired");
    }
    return caller;
  }

  static PlatformException invalid() {
    return new PlatformException(ErrorCode.TOKEN_INVALID, "Invalid access token");
  }
}
