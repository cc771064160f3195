package io.penstock.storage.access;

import io.penstock.model.Secret;
import io.penstock.model.audit.AuditRecord.Actor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Tokens of the Manage API, {@code {id}-{secret}}: two parts, by which tools tell them from storage
 * tokens.
 */
@Component
public class ManageTokens {
  private static final Pattern SHAPE = Pattern.compile("(\\d{1,18})-([0-9A-Za-z]{43})");
  private static final int SECRET_BYTES = 32;

  private final JdbcClient jdbc;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  ManageTokens(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** A person who administers. */
  public record Administrator(
      long tokenId,
      String tokenDescription,
      Instant tokenCreated,
      long personId,
      String email,
      String name,
      boolean superAdmin) {
    public Actor actor() {
      return new Actor("user", Long.toString(personId), email);
    }
  }

  private record Row(
      byte[] hash, boolean active, @Nullable Instant expiresAt, Administrator person) {}

  /** The person; 401 for everything that is not a valid token of an active person right now. */
  public Administrator resolve(String text) {
    Matcher shape = SHAPE.matcher(text);
    if (!shape.matches()) {
      throw Callers.invalid();
    }
    Row row =
        jdbc.sql(
                """
                SELECT t.id, t.description, t.created_at, t.secret_hash, t.expires_at, h.state, h.id AS person_id,
                       h.email, h.name, h.super_admin
                FROM manage_token t JOIN person h ON h.id = t.person_id
                WHERE t.id = :id AND t.deleted_at IS NULL
                """)
            .param("id", Long.parseLong(shape.group(1)))
            .query(
                (rs, _) ->
                    new Row(
                        rs.getBytes("secret_hash"),
                        rs.getString("state").equals("ACTIVE"),
                        rs.getTimestamp("expires_at") == null
                            ? null
                            : rs.getTimestamp("expires_at").toInstant(),
                        new Administrator(
                            rs.getLong("id"),
                            rs.getString("description"),
                            rs.getTimestamp("created_at").toInstant(),
                            rs.getLong("person_id"),
                            rs.getString("email"),
                            rs.getString("name"),
                            rs.getBoolean("super_admin"))))
            .optional()
            .orElseThrow(Callers::invalid);
    boolean valid =
        MessageDigest.isEqual(hash(shape.group(2)), row.hash())
            && row.active()
            && (row.expiresAt() == null || clock.instant().isBefore(row.expiresAt()));
    if (!valid) {
      throw Callers.invalid();
    }
    return row.person();
  }

  /** Issues a token for a person. Its text is seen this once. */
  public Secret issue(long personId, String description) {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    String secret = Base62.encode(bytes);
    long id =
        jdbc.sql(
                """
                INSERT INTO manage_token (person_id, description, secret_hash, created_at)
                VALUES (:person, :description, :hash, now()) RETURNING id
                """)
            .param("person", personId)
            .param("description", description)
            .param("hash", hash(secret))
            .query(Long.class)
            .single();
    return Secret.of(id + "-" + secret);
  }

  private static byte[] hash(String secret) {
    return TokenCodec.hash(secret.getBytes(StandardCharsets.US_ASCII));
  }
}
