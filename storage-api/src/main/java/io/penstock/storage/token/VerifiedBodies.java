package io.penstock.storage.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.storage.access.Caller;
import io.penstock.storage.token.VerifiedTokens.Answer;
import io.penstock.storage.token.VerifiedTokens.Verified;
import io.penstock.storage.web.Call;
import org.springframework.stereotype.Component;
import org.springframework.util.DigestUtils;
import tools.jackson.databind.json.JsonMapper;

/**
 * The bodies of {@code tokens/verify}. What was read decides each time; only the text that it makes
 * is kept for as long as the same is read. Thread-safe.
 */
@Component
class VerifiedBodies {
  private static final long MOST_BYTES = 16_000_000;

  private final TokenJson json;
  private final JsonMapper mapper;

  /** By the caller that is remembered: another one where a right or a secret has changed. */
  private final Cache<Caller, Body> kept =
      Caffeine.newBuilder()
          .weakKeys()
          .maximumWeight(MOST_BYTES)
          .weigher((Caller _, Body body) -> body.text().length)
          .build();

  VerifiedBodies(TokenJson json, JsonMapper mapper) {
    this.json = json;
    this.mapper = mapper;
  }

  /**
   * A body, and what it was made of.
   *
   * @param text in UTF-8
   * @param tag the weak entity tag, as answers get it that are read to their end for it
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Body(Verified own, String baseUrl, byte[] text, String tag) {}

  Body of(Answer answer) {
    String baseUrl = Call.current().baseUrl();
    Body before = kept.getIfPresent(answer.caller());
    if (before != null && before.own().equals(answer.own()) && before.baseUrl().equals(baseUrl)) {
      return before;
    }
    byte[] text = mapper.writeValueAsBytes(json.verified(answer));
    Body body =
        new Body(answer.own(), baseUrl, text, "W/\"0" + DigestUtils.md5DigestAsHex(text) + '"');
    kept.put(answer.caller(), body);
    return body;
  }
}
