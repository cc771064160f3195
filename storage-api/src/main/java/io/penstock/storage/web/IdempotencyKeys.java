package io.penstock.storage.web;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Remembers what callers did under an {@code Idempotency-Key}, for a day. The key is taken before
 * anything else happens in the transaction of the change: of two calls at once the second waits for
 * the first one's transaction, and then finds its row, or the key free. A refused call keeps no
 * key. What a job was is told by the job; other answers are kept by {@link RepeatedAnswers}.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/">The
 *     Idempotency-Key HTTP header field</a>
 */
@Component
public class IdempotencyKeys {
  private static final String HEADER = "Idempotency-Key";
  private static final int MAX_LENGTH = 255;
  private static final Duration KEPT = Duration.ofHours(24);
  private static final JsonMapper CANONICAL =
      Json.mapper().rebuild().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();
  private static final String FREE =
      "DELETE FROM idempotency_key WHERE token_id = :token AND key = :key AND created_at < :ago";
  private static final String TAKE =
      """
      INSERT INTO idempotency_key (token_id, key, body_hash, created_at)
      VALUES (:token, :key, :hash, :now) ON CONFLICT DO NOTHING
      """;

  private final JdbcClient jdbc;
  private final Clock clock;

  IdempotencyKeys(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** A key with the hash of what was asked under it: method, path and parameters. */
  public record Key(String text, byte[] hash) {}

  /**
   * What an earlier call left.
   *
   * @param takenAt when the key was taken
   * @param job null: the call made none
   * @param status null: its answer is not kept, or not yet
   * @param answer sealed
   */
  record Earlier(
      byte[] hash,
      Instant takenAt,
      @Nullable Long job,
      @Nullable Integer status,
      byte @Nullable [] answer) {}

  /** The key of the POST that this thread serves. */
  static Optional<Key> ofRequest(Map<String, Object> params) {
    Optional<ServedRequest> request = ServedRequest.current();
    if (request.isEmpty() || !request.get().methodAndPath().startsWith("POST ")) {
      return Optional.empty();
    }
    String key = request.get().header(HEADER);
    if (key == null || key.isEmpty()) {
      return Optional.empty();
    }
    if (key.length() > MAX_LENGTH) {
      throw new PlatformException(
          ErrorCode.VALIDATION, HEADER + " may have %d characters at most".formatted(MAX_LENGTH));
    }
    StorableText.require(HEADER, key);
    String route = request.get().methodAndPath() + "\n";
    return Optional.of(new Key(key, sha256(route, CANONICAL.writeValueAsBytes(params))));
  }

  /** The key of a call that makes a job: from now on the job stands for the answer. */
  public Optional<Key> ofJob(Params params) {
    Optional<Key> key = ofRequest(params.all());
    Call.current().keysAreKeptByJobs();
    return key;
  }

  /**
   * Takes the key for a job in the transaction at hand; empty: it was free, and {@link #keep} must
   * follow.
   *
   * @return the job that an earlier call got
   * @throws PlatformException {@code IDEMPOTENCY_KEY_REUSED} when the earlier call asked for
   *     something else
   */
  public Optional<Long> take(long tokenId, Key key) {
    return takeAny(tokenId, key)
        .map(
            earlier -> {
              if (earlier.job() == null) {
                throw reused();
              }
              return earlier.job();
            });
  }

  /** Takes the key in the transaction at hand; empty: it was free. */
  Optional<Earlier> takeAny(long tokenId, Key key) {
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    jdbc.sql(FREE)
        .param("token", tokenId)
        .param("key", key.text())
        .param("ago", now.minus(KEPT))
        .update();
    int taken =
        jdbc.sql(TAKE)
            .param("token", tokenId)
            .param("key", key.text())
            .param("hash", key.hash())
            .param("now", now)
            .update();
    return taken == 1 ? Optional.empty() : Optional.of(earlier(tokenId, key));
  }

  /** What is kept under a key that was taken. */
  Earlier earlier(long tokenId, Key key) {
    Earlier earlier =
        jdbc.sql(
                "SELECT body_hash, created_at, job_id, status, answer FROM idempotency_key WHERE"
                    + " token_id = :token AND key = :key")
            .param("token", tokenId)
            .param("key", key.text())
            .query(
                (rs, _) ->
                    new Earlier(
                        rs.getBytes(1),
                        rs.getTimestamp(2).toInstant(),
                        rs.getObject(3, Long.class),
                        rs.getObject(4, Integer.class),
                        rs.getBytes(5)))
            .single();
    if (!Arrays.equals(earlier.hash(), key.hash())) {
      throw reused();
    }
    return earlier;
  }

  private static PlatformException reused() {
    return new PlatformException(
        ErrorCode.IDEMPOTENCY_KEY_REUSED,
        "This " + HEADER + " was already used for another request; choose a new one");
  }

  /** Says which job the key, just taken, stands for. */
  public void keep(long tokenId, Key key, long jobId) {
    jdbc.sql("UPDATE idempotency_key SET job_id = :job WHERE token_id = :token AND key = :key")
        .param("job", jobId)
        .param("token", tokenId)
        .param("key", key.text())
        .update();
  }

  /** Keeps an answer, sealed. */
  void keep(long tokenId, Key key, int status, byte[] sealed) {
    jdbc.sql(
            "UPDATE idempotency_key SET status = :status, answer = :answer WHERE token_id = :token"
                + " AND key = :key")
        .param("status", status)
        .param("answer", sealed)
        .param("token", tokenId)
        .param("key", key.text())
        .update();
  }

  /** Nothing is kept longer than it is promised. */
  @Scheduled(fixedDelayString = "PT10M", initialDelayString = "PT10M")
  void forget() {
    jdbc.sql("DELETE FROM idempotency_key WHERE created_at < :ago")
        .param("ago", clock.instant().minus(KEPT).atOffset(ZoneOffset.UTC))
        .update();
  }

  private static byte[] sha256(String route, byte[] body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(route.getBytes(StandardCharsets.UTF_8));
      return digest.digest(body);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
