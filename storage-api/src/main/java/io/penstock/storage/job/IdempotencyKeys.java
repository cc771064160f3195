package io.penstock.storage.job;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Params;
import io.penstock.storage.web.ServedRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Remembers the jobs of callers that sent an {@code Idempotency-Key}. The key is taken before
 * anything else happens: of two calls at once the second waits for the first one's transaction, and
 * then finds its job, or the key free.
 */
@Component
class IdempotencyKeys {
  private static final String HEADER = "Idempotency-Key";
  private static final int MAX_LENGTH = 255;
  private static final JsonMapper CANONICAL =
      Json.mapper().rebuild().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();
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
  record Key(String text, byte[] hash) {}

  /** The key of the request that this thread serves. */
  Optional<Key> ofRequest(Params params) {
    Optional<ServedRequest> request = ServedRequest.current();
    if (request.isEmpty()) {
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
    String route = request.get().methodAndPath() + "\n";
    return Optional.of(new Key(key, sha256(route, CANONICAL.writeValueAsBytes(params.all()))));
  }

  /**
   * Takes the key in the transaction at hand; empty: it was free, and {@link #keep} must follow.
   *
   * @return the job that an earlier call got
   * @throws PlatformException {@code IDEMPOTENCY_KEY_REUSED} when the earlier call asked for
   *     something else
   */
  Optional<Long> take(long tokenId, Key key) {
    int taken =
        jdbc.sql(TAKE)
            .param("token", tokenId)
            .param("key", key.text())
            .param("hash", key.hash())
            .param("now", clock.instant().atOffset(ZoneOffset.UTC))
            .update();
    return taken == 1 ? Optional.empty() : Optional.of(earlier(tokenId, key));
  }

  private long earlier(long tokenId, Key key) {
    record Earlier(byte[] hash, Optional<Long> job) {}
    Earlier earlier =
        jdbc.sql(
                "SELECT body_hash, job_id FROM idempotency_key WHERE token_id = :token AND key = :key")
            .param("token", tokenId)
            .param("key", key.text())
            .query(
                (rs, _) ->
                    new Earlier(rs.getBytes(1), Optional.ofNullable(rs.getObject(2, Long.class))))
            .single();
    if (!Arrays.equals(earlier.hash(), key.hash()) || earlier.job().isEmpty()) {
      throw new PlatformException(
          ErrorCode.IDEMPOTENCY_KEY_REUSED,
          "This " + HEADER + " was already used for another request; choose a new one");
    }
    return earlier.job().get();
  }

  /** Says which job the key, just taken, stands for. */
  void keep(long tokenId, Key key, long jobId) {
    jdbc.sql("UPDATE idempotency_key SET job_id = :job WHERE token_id = :token AND key = :key")
        .param("job", jobId)
        .param("token", tokenId)
        .param("key", key.text())
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
