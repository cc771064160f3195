package io.penstock.storage.token;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The table {@code token}. Each change writes its own columns and nothing else: a change of the
 * description must not bring back a secret that was refreshed meanwhile.
 */
@Repository
class TokenRows {
  static final String SELECT =
      """
      SELECT t.*, h.name AS person_name, h.state AS person_state, m.role,
             EXISTS (SELECT FROM organisation_member o JOIN project p ON p.organisation_id = o.organisation_id
                     WHERE p.id = t.project_id AND o.person_id = t.person_id) AS in_organisation,
             x.buckets, x.rights
      FROM token t
      LEFT JOIN person h ON h.id = t.person_id
      LEFT JOIN membership m ON m.person_id = t.person_id AND m.project_id = t.project_id
      LEFT JOIN LATERAL (
        SELECT array_agg(b.stage || '.' || b.name ORDER BY b.id) AS buckets,
               array_agg(lower(x.permission) ORDER BY b.id) AS rights
        FROM token_permission x JOIN bucket b ON b.id = x.bucket_id AND b.deleted_at IS NULL
        WHERE x.token_id = t.id) x ON true
      WHERE t.deleted_at IS NULL AND
      """;

  static final String MANAGED =
      """
      SELECT project_id, stage || '.' || name AS bucket FROM bucket WHERE deleted_at IS NULL AND
      """;

  private final JdbcClient jdbc;

  TokenRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  List<Token> ofProject(long projectId) {
    return jdbc.sql(SELECT + "t.project_id = :project ORDER BY t.id")
        .param("project", projectId)
        .query((rs, _) -> token(rs))
        .list();
  }

  Optional<Token> find(long projectId, long id) {
    return jdbc.sql(SELECT + "t.project_id = :project AND t.id = :id")
        .param("project", projectId)
        .param("id", id)
        .query((rs, _) -> token(rs))
        .optional();
  }

  /** The token, which nobody else changes until the transaction at hand ends. */
  Optional<Token> lock(long projectId, long id) {
    return jdbc.sql(
            "SELECT id FROM token WHERE project_id = :project AND id = :id AND deleted_at IS NULL"
                + " FOR NO KEY UPDATE")
        .param("project", projectId)
        .param("id", id)
        .query(Long.class)
        .optional()
        .flatMap(locked -> find(projectId, locked));
  }

  long insert(long projectId, NewToken wanted, byte[] secretHash, Instant now) {
    boolean master = wanted.personId() != null;
    return jdbc.sql(
            """
            INSERT INTO token (project_id, person_id, creator_id, creator_description, description, secret_hash,
              master, can_manage_buckets, can_read_all_files, can_purge_trash, component_access, created_at,
              refreshed_at, expires_at)
            VALUES (:project, :person, :creator, :creatorDescription, :description, :hash, :master, :buckets,
              :files, :trash, :components, :now, :now, :expires) RETURNING id
            """)
        .param("project", projectId)
        .param("person", wanted.personId())
        .param("creator", wanted.creatorId())
        .param("creatorDescription", wanted.creatorDescription())
        .param("description", wanted.description())
        .param("hash", secretHash)
        .param("master", master)
        .param("buckets", master || wanted.canManageBuckets())
        .param("files", master || wanted.canReadAllFiles())
        .param("trash", master || wanted.canPurgeTrash())
        .param("components", wanted.componentAccess().toArray(String[]::new))
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("expires", wanted.expiresAt() == null ? null : Timestamp.from(wanted.expiresAt()))
        .query(Long.class)
        .single();
  }

  void update(long id, TokenChange change) {
    jdbc.sql(
            """
            UPDATE token SET description = coalesce(:description, description),
              can_read_all_files = coalesce(:files, can_read_all_files),
              can_purge_trash = coalesce(:trash, can_purge_trash),
              component_access = coalesce(:components::text[], component_access),
              expires_at = coalesce(:expires::timestamptz, expires_at)
            WHERE id = :id
            """)
        .param("id", id)
        .param("description", change.description())
        .param("files", change.canReadAllFiles())
        .param("trash", change.canPurgeTrash())
        .param(
            "components",
            change.componentAccess() == null
                ? null
                : change.componentAccess().toArray(String[]::new))
        .param("expires", change.expiresAt() == null ? null : Timestamp.from(change.expiresAt()))
        .update();
  }

  /** Another secret in place of all that the token had, those of shared links among them. */
  void refresh(long id, byte[] secretHash, Instant now) {
    jdbc.sql("UPDATE token SET secret_hash = :hash, refreshed_at = :now WHERE id = :id")
        .param("id", id)
        .param("hash", secretHash)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .update();
    forgetShares(id);
  }

  void delete(long id, Instant now) {
    jdbc.sql("UPDATE token SET deleted_at = :now WHERE id = :id")
        .param("id", id)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .update();
    forgetShares(id);
  }

  private void forgetShares(long id) {
    jdbc.sql(
            """
            DELETE FROM token_share WHERE token_id = :id;
            DELETE FROM token_secret WHERE token_id = :id
            """)
        .param("id", id)
        .update();
  }

  /** A trigger that runs with this token, if there is one. */
  Optional<Long> trigger(long id) {
    return jdbc.sql("SELECT min(id) FROM table_trigger WHERE run_with_token_id = :id")
        .param("id", id)
        .query(Long.class)
        .optional();
  }

  /** Every bucket of the project as one that may be managed. */
  Map<String, String> managingAll(long projectId) {
    Map<Long, Map<String, String>> found = new HashMap<>();
    jdbc.sql(MANAGED + "project_id = :project ORDER BY id")
        .param("project", projectId)
        .query(
            rs -> {
              addManaged(rs, found);
            });
    return found.getOrDefault(projectId, Map.of());
  }

  /** A row of {@link #MANAGED}: a bucket as one that may be managed, under its project. */
  static void addManaged(ResultSet rs, Map<Long, Map<String, String>> found) throws SQLException {
    found.computeIfAbsent(rs.getLong(1), _ -> new LinkedHashMap<>()).put(rs.getString(2), "manage");
  }

  /** A row of {@link #SELECT}. */
  static Token token(ResultSet rs) throws SQLException {
    long creator = rs.getLong("creator_id");
    @Nullable Long creatorId = rs.wasNull() ? null : creator;
    Timestamp expires = rs.getTimestamp("expires_at");
    return new Token(
        rs.getLong("id"),
        rs.getLong("project_id"),
        rs.getString("description"),
        person(rs),
        creatorId,
        rs.getString("creator_description"),
        rs.getBoolean("can_manage_buckets"),
        rs.getBoolean("can_read_all_files"),
        rs.getBoolean("can_purge_trash"),
        List.of((String[]) rs.getArray("component_access").getArray()),
        rs.getTimestamp("created_at").toInstant(),
        rs.getTimestamp("refreshed_at").toInstant(),
        expires == null ? null : expires.toInstant(),
        rs.getBoolean("disabled"),
        permissions(rs));
  }

  private static Token.@Nullable Person person(ResultSet rs) throws SQLException {
    long id = rs.getLong("person_id");
    if (rs.wasNull()) {
      return null;
    }
    String role = rs.getString("role");
    return new Token.Person(
        id,
        rs.getString("person_name"),
        role == null ? "guest" : role,
        rs.getBoolean("in_organisation"),
        rs.getString("person_state").equals("ACTIVE"));
  }

  private static Map<String, String> permissions(ResultSet rs) throws SQLException {
    if (rs.getArray("buckets") == null) {
      return Map.of();
    }
    String[] buckets = (String[]) rs.getArray("buckets").getArray();
    String[] rights = (String[]) rs.getArray("rights").getArray();
    Map<String, String> found = new LinkedHashMap<>();
    for (int i = 0; i < buckets.length; i++) {
      found.put(buckets[i], rights[i]);
    }
    return found;
  }
}
