package io.penstock.storage.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Calls that are refused for want of a valid token belong to the platform's own log. Above the
 * limit a second and source address they are answered 429 and no longer recorded one by one: the
 * call that crosses the limit is the second's record. Thread-safe.
 */
@Component
class AnonymousLimit {
  private static final Logger log = LoggerFactory.getLogger(AnonymousLimit.class);

  private final int perSecond;
  private final Clock clock;
  private final Cache<String, AtomicInteger> counts =
      Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(Duration.ofSeconds(2)).build();

  AnonymousLimit(StorageProperties properties, Clock clock) {
    this.perSecond = properties.anonymousCallsPerSecond();
    this.clock = clock;
  }

  /**
   * Whether this refusal is one too many. The first one over the limit is recorded as such, the
   * rest is only counted.
   */
  boolean isOver(Call call, int status) {
    if (status != 401 || call.callerOrNull() != null || call.administrator() != null) {
      return false;
    }
    String second = call.source().address() + "/" + clock.instant().getEpochSecond();
    int count = counts.get(second, _ -> new AtomicInteger()).incrementAndGet();
    if (count <= perSecond) {
      return false;
    }
    if (count == perSecond + 1) {
      log.warn(
          "More than {} calls a second without a valid token from {}",
          perSecond,
          call.source().address());
      return false;
    }
    call.recorded();
    return true;
  }

  static PlatformException refusal() {
    return new PlatformException(
        ErrorCode.TOO_MANY_REQUESTS,
        "Too many calls without a valid token; slow down and check the token");
  }
}
