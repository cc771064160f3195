package io.penstock.storage.access;

import io.penstock.model.Secret;
import io.penstock.storage.access.Caller.ProjectFacts;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The one query that a caller is made of. */
@Component
class CallerQuery {
  private static final String FIND =
      """
      SELECT t.*, p.name AS project_name, p.state AS project_state, p.expires_at AS project_expires_at,
             p.branch_id, p.backend_label, p.file_retention_days, p.revocation,
             o.id AS organisation_id, o.state AS organisation_state, o.region, o.bucket AS s3_bucket,
             h.state AS person_state, m.role,
             ARRAY(SELECT secret_hash FROM token_secret s WHERE s.token_id = t.id) AS shared_hashes,
             ARRAY(SELECT bucket_id FROM token_permission x WHERE x.token_id = t.id ORDER BY bucket_id) AS buckets,
             ARRAY(SELECT permission FROM token_permission x WHERE x.token_id = t.id ORDER BY bucket_id) AS rights
      FROM token t
      JOIN project p ON p.id = t.project_id
      JOIN organisation o ON o.id = p.organisation_id
      LEFT JOIN person h ON h.id = t.person_id
      LEFT JOIN membership m ON m.person_id = t.person_id AND m.project_id = t.project_id
      WHERE t.id = :id AND t.deleted_at IS NULL
      """;

  private static final String REVOCATIONS =
      "SELECT id, revocation FROM project WHERE id = ANY(%s)".formatted(SharedRead.keys(":ids"));

  private final JdbcClient jdbc;
  private final SharedRead<Long, Long> revocations = new SharedRead<>(this::readRevocations);

  CallerQuery(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<Row> find(long tokenId) {
    return jdbc.sql(FIND).param("id", tokenId).query((rs, _) -> row(rs)).optional();
  }

  /** Whose token it is, or was before it was deleted. */
  Optional<Callers.Holder> holder(long projectId, long tokenId) {
    return jdbc.sql(
            """
            SELECT p.organisation_id, t.description FROM project p
            LEFT JOIN token t ON t.project_id = p.id AND t.id = :token WHERE p.id = :project
            """)
        .param("project", projectId)
        .param("token", tokenId)
        .query((rs, _) -> new Callers.Holder(rs.getLong(1), projectId, tokenId, rs.getString(2)))
        .optional();
  }

  /** The project's counter as it is now; -1 where there is no such project. */
  long revocation(long projectId) {
    return revocations.of(projectId).orElse(-1L);
  }

  private Map<Long, Long> readRevocations(Set<Long> projects) {
    Map<Long, Long> counters = new HashMap<>();
    jdbc.sql(REVOCATIONS)
        .param("ids", projects.toArray(Long[]::new))
        .query(
            rs -> {
              counters.put(rs.getLong(1), rs.getLong(2));
            });
    return counters;
  }

  /** A token with everything that decides about it. */
  record Row(
      long tokenId,
      long projectId,
      List<byte[]> secretHashes,
      String description,
      boolean master,
      @Nullable Long personId,
      boolean canManageBuckets,
      boolean canReadAllFiles,
      boolean canPurgeTrash,
      Set<String> componentAccess,
      boolean disabled,
      @Nullable Instant expiresAt,
      @Nullable Instant projectExpiresAt,
      String projectState,
      String organisationState,
      @Nullable String personState,
      @Nullable String role,
      Map<Long, Permission> permissions,
      ProjectFacts project,
      long revocation) {

    /** Whether the token's own secret was offered, or one that a shared link has shown. */
    boolean has(TokenCodec.Opened opened) {
      return opened.projectId() == projectId && secretHashes.stream().anyMatch(opened::matches);
    }

    /** A person who has left the project has no token of it any more. */
    void refuseUnlessActive() {
      boolean gone =
          projectState.equals("DELETED")
              || projectState.equals("PURGED")
              || organisationState.equals("DELETED")
              || "DELETED".equals(personState);
      if (gone) {
        throw Callers.invalid();
      }
      boolean active =
          !disabled
              && projectState.equals("ACTIVE")
              && organisationState.equals("ACTIVE")
              && (personId == null || ("ACTIVE".equals(personState) && role != null));
      if (!active) {
        throw Callers.disabled();
      }
    }

    Caller caller(Secret token) {
      return new Caller(
          token,
          tokenId,
          description,
          master,
          personId,
          canManageBuckets,
          canReadAllFiles,
          canPurgeTrash,
          master && "admin".equals(role),
          componentAccess,
          expiresAt,
          projectExpiresAt,
          permissions,
          project,
          revocation);
    }
  }

  private static Row row(ResultSet rs) throws SQLException {
    long person = rs.getLong("person_id");
    @Nullable Long personId = rs.wasNull() ? null : person;
    return new Row(
        rs.getLong("id"),
        rs.getLong("project_id"),
        hashes(rs),
        rs.getString("description"),
        rs.getBoolean("master"),
        personId,
        rs.getBoolean("can_manage_buckets"),
        rs.getBoolean("can_read_all_files"),
        rs.getBoolean("can_purge_trash"),
        Set.copyOf(Arrays.asList((String[]) rs.getArray("component_access").getArray())),
        rs.getBoolean("disabled"),
        instant(rs, "expires_at"),
        instant(rs, "project_expires_at"),
        rs.getString("project_state"),
        rs.getString("organisation_state"),
        rs.getString("person_state"),
        rs.getString("role"),
        permissions(rs),
        new ProjectFacts(
            rs.getLong("project_id"),
            rs.getString("project_name"),
            rs.getLong("organisation_id"),
            rs.getString("region"),
            rs.getString("s3_bucket"),
            rs.getLong("branch_id"),
            rs.getString("backend_label"),
            rs.getInt("file_retention_days")),
        rs.getLong("revocation"));
  }

  private static List<byte[]> hashes(ResultSet rs) throws SQLException {
    List<byte[]> hashes = new ArrayList<>();
    hashes.add(rs.getBytes("secret_hash"));
    hashes.addAll(Arrays.asList((byte[][]) rs.getArray("shared_hashes").getArray()));
    return hashes;
  }

  private static Map<Long, Permission> permissions(ResultSet rs) throws SQLException {
    Array ids = rs.getArray("buckets");
    Array rights = rs.getArray("rights");
    Long[] buckets = (Long[]) ids.getArray();
    String[] permissions = (String[]) rights.getArray();
    Map<Long, Permission> byBucket = new HashMap<>();
    for (int i = 0; i < buckets.length; i++) {
      byBucket.put(buckets[i], Permission.valueOf(permissions[i]));
    }
    return Map.copyOf(byBucket);
  }

  private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    Timestamp timestamp = rs.getTimestamp(column);
    return timestamp == null ? null : timestamp.toInstant();
  }
}
