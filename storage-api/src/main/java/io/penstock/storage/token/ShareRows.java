package io.penstock.storage.token;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The tables {@code token_share} and {@code token_secret}: hashes only. */
@Repository
class ShareRows {
  private final JdbcClient jdbc;

  ShareRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A link that was not opened yet. */
  record Share(long organisationId, long projectId, long tokenId) {}

  void insert(byte[] linkHash, Token token, Instant now, Instant expires) {
    jdbc.sql(
            """
            INSERT INTO token_share (link_hash, project_id, token_id, created_at, expires_at)
            VALUES (:hash, :project, :token, :now, :expires)
            """)
        .param("hash", linkHash)
        .param("project", token.projectId())
        .param("token", token.id())
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("expires", expires.atOffset(ZoneOffset.UTC))
        .update();
  }

  Optional<Share> find(byte[] linkHash, Instant now) {
    return jdbc.sql(
            """
            SELECT p.organisation_id, s.project_id, s.token_id
            FROM token_share s JOIN project p ON p.id = s.project_id
            WHERE s.link_hash = :hash AND s.expires_at > :now AND p.state = 'ACTIVE'
            """)
        .param("hash", linkHash)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .query((rs, _) -> new Share(rs.getLong(1), rs.getLong(2), rs.getLong(3)))
        .optional();
  }

  /** False when somebody else was quicker. */
  boolean take(byte[] linkHash, Instant now) {
    return jdbc.sql("DELETE FROM token_share WHERE link_hash = :hash AND expires_at > :now")
            .param("hash", linkHash)
            .param("now", now.atOffset(ZoneOffset.UTC))
            .update()
        > 0;
  }

  void forgetExpired(Instant now) {
    jdbc.sql("DELETE FROM token_share WHERE expires_at <= :now")
        .param("now", now.atOffset(ZoneOffset.UTC))
        .update();
  }

  void addText(long tokenId, byte[] secretHash, Instant now) {
    jdbc.sql(
            "INSERT INTO token_secret (token_id, secret_hash, created_at) VALUES (:token, :hash,"
                + " :now)")
        .param("token", tokenId)
        .param("hash", secretHash)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .update();
  }

  /** Links of the project that were not opened yet. */
  long links(long projectId) {
    return jdbc.sql("SELECT count(*) FROM token_share WHERE project_id = :project")
        .param("project", projectId)
        .query(Long.class)
        .single();
  }

  /** Texts of the token that are about, or may be. */
  long texts(long tokenId) {
    return jdbc.sql(
            """
            SELECT (SELECT count(*) FROM token_share WHERE token_id = :token)
                 + (SELECT count(*) FROM token_secret WHERE token_id = :token)
            """)
        .param("token", tokenId)
        .query(Long.class)
        .single();
  }
}
