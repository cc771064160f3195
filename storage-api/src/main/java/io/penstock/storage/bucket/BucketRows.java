package io.penstock.storage.bucket;

import io.penstock.storage.access.Caller;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code bucket}, and what falls with a bucket. One query answers a whole list. */
@Repository
class BucketRows {
  private static final String COLUMNS =
      """
      SELECT b.*, h.name AS owner_name, h.email AS owner_email,
             coalesce(t.row_sum, l.row_sum, 0) AS row_sum, coalesce(t.byte_sum, l.byte_sum, 0) AS byte_sum,
             sp.name AS sharer_name, sb.project_id AS source_project, sp2.name AS source_project_name,
             sb.stage || '.' || sb.name AS source_label, sb.name AS source_name, sb.description AS source_description,
             sb.last_change_at AS source_change_at
      FROM bucket b
      LEFT JOIN person h ON h.id = b.owner_id
      LEFT JOIN person sp ON sp.id = b.shared_by
      LEFT JOIN bucket sb ON sb.id = b.source_bucket_id
      LEFT JOIN project sp2 ON sp2.id = sb.project_id
      LEFT JOIN LATERAL (SELECT sum(rows_count) AS row_sum, sum(data_bytes) AS byte_sum FROM data_table
                         WHERE b.source_bucket_id IS NOT NULL AND bucket_id = b.source_bucket_id AND state = 'READY') l ON true
      """;

  private static final String WITH_SUMS =
      COLUMNS
          + """
          LEFT JOIN LATERAL (SELECT sum(rows_count) AS row_sum, sum(data_bytes) AS byte_sum
                             FROM data_table WHERE bucket_id = b.id AND state = 'READY') t ON true
          WHERE b.deleted_at IS NULL
          """;
  private static final String SELECT = WITH_SUMS + " AND b.project_id = :project";

  private static final String PERMITTED =
      """
       AND EXISTS (SELECT FROM token_permission x WHERE x.token_id = :token AND x.bucket_id = b.id)
      """;

  private final JdbcClient jdbc;

  BucketRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * What the caller may read, in the order of creation. Thousands of permissions are looked up by
   * their index: an array of as many ids would be gone through for each row.
   */
  List<Bucket> readable(Caller caller) {
    boolean all = caller.master() || caller.canManageBuckets();
    return jdbc.sql(SELECT + (all ? "" : PERMITTED) + " ORDER BY b.id")
        .param("project", caller.projectId())
        .param("token", caller.tokenId())
        .query((rs, _) -> bucket(rs))
        .list();
  }

  /** These, of whichever projects, in the order of creation. */
  List<Bucket> ofAll(List<Long> ids) {
    return jdbc.sql(WITH_SUMS + " AND b.id = ANY(:ids) ORDER BY b.id")
        .param("ids", ids.toArray(Long[]::new))
        .query((rs, _) -> bucket(rs))
        .list();
  }

  Optional<Bucket> find(long projectId, String stage, String name) {
    return jdbc.sql(SELECT + " AND b.stage = :stage AND b.name = :name")
        .param("project", projectId)
        .param("stage", stage)
        .param("name", name)
        .query((rs, _) -> bucket(rs))
        .optional();
  }

  Optional<Bucket> find(long projectId, long id) {
    return jdbc.sql(SELECT + " AND b.id = :id")
        .param("project", projectId)
        .param("id", id)
        .query((rs, _) -> bucket(rs))
        .optional();
  }

  boolean hasDisplayName(long projectId, String stage, String displayName) {
    return jdbc.sql(
            "SELECT EXISTS (SELECT FROM bucket WHERE project_id = :project AND stage = :stage"
                + " AND display_name = :name AND deleted_at IS NULL)")
        .param("project", projectId)
        .param("stage", stage)
        .param("name", displayName)
        .query(Boolean.class)
        .single();
  }

  long insert(long projectId, NewBucket bucket, Instant now) {
    return jdbc.sql(
            """
            INSERT INTO bucket (project_id, stage, name, display_name, description, color, created_at)
            VALUES (:project, :stage, :name, :display, :description, :color, :now) RETURNING id
            """)
        .param("project", projectId)
        .param("stage", bucket.stage())
        .param("name", bucket.name())
        .param("display", bucket.displayName())
        .param("description", bucket.description())
        .param("color", bucket.color())
        .param("now", now.atOffset(ZoneOffset.UTC))
        .query(Long.class)
        .single();
  }

  /** Changes what is given; false when the bucket is gone. */
  boolean update(long id, BucketUpdate asked, Instant now) {
    return jdbc.sql(
                """
                UPDATE bucket SET display_name = coalesce(:display, display_name),
                  description = coalesce(:description, description),
                  color = nullif(coalesce(:color, color), ''), updated_at = :now
                WHERE id = :id AND deleted_at IS NULL
                """)
            .param("display", asked.displayName())
            .param("description", asked.description())
            .param("color", asked.color())
            .param("now", now.atOffset(ZoneOffset.UTC))
            .param("id", id)
            .update()
        == 1;
  }

  /** Says who answers for the bucket; false when it is gone. */
  boolean own(long id, long personId, Instant now) {
    return jdbc.sql(
                "UPDATE bucket SET owner_id = :person, updated_at = :now WHERE id = :id AND"
                    + " deleted_at IS NULL")
            .param("person", personId)
            .param("now", now.atOffset(ZoneOffset.UTC))
            .param("id", id)
            .update()
        == 1;
  }

  Optional<Bucket.Owner> memberById(long projectId, long personId) {
    return member(projectId, "h.id = :who", personId);
  }

  Optional<Bucket.Owner> memberByEmail(long projectId, String email) {
    return member(projectId, "lower(h.email) = lower(:who)", email);
  }

  private Optional<Bucket.Owner> member(long projectId, String condition, Object who) {
    return jdbc.sql(
            """
            SELECT h.id, h.name, h.email FROM person h
            JOIN membership m ON m.person_id = h.id AND m.project_id = :project
            WHERE h.state = 'ACTIVE' AND
            """
                + condition)
        .param("project", projectId)
        .param("who", who)
        .query((rs, _) -> new Bucket.Owner(rs.getLong(1), rs.getString(2), rs.getString(3)))
        .optional();
  }

  /** Keeps the bucket from being removed until the transaction ends; false when it is gone. */
  boolean holds(long id) {
    return locked("SELECT id FROM bucket WHERE id = :id AND deleted_at IS NULL FOR SHARE", id);
  }

  /** Waits for tables that are being accepted, and keeps new ones out; false when it is gone. */
  boolean locksAlone(long id) {
    return locked("SELECT id FROM bucket WHERE id = :id AND deleted_at IS NULL FOR UPDATE", id);
  }

  /** Takes the row before it is changed; whether it is there or gone. */
  boolean locksForChange(long id) {
    return locked("SELECT id FROM bucket WHERE id = :id FOR NO KEY UPDATE", id);
  }

  private boolean locked(String sql, long id) {
    return jdbc.sql(sql).param("id", id).query(Long.class).optional().isPresent();
  }

  long countTables(long id) {
    return jdbc.sql("SELECT count(*) FROM data_table WHERE bucket_id = :id AND state <> 'DELETED'")
        .param("id", id)
        .query(Long.class)
        .single();
  }

  /** Hides the bucket and its tables; returns the tables. */
  List<Long> hide(long id, Instant now) {
    jdbc.sql("UPDATE bucket SET deleted_at = :now WHERE id = :id")
        .param("id", id)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .update();
    return jdbc.sql(
            "UPDATE data_table SET state = 'DELETED' WHERE bucket_id = :id AND state <> 'DELETED'"
                + " RETURNING id")
        .param("id", id)
        .query((rs, _) -> rs.getLong(1))
        .list();
  }

  /** Takes the bucket out of every token; whether it was in any. */
  boolean revoke(long id) {
    return jdbc.sql("DELETE FROM token_permission WHERE bucket_id = :id").param("id", id).update()
        > 0;
  }

  void changed(long id, Instant when) {
    jdbc.sql(
            "UPDATE bucket SET last_change_at = greatest(last_change_at, :when) WHERE id = :id AND"
                + " deleted_at IS NULL")
        .param("id", id)
        .param("when", when.atOffset(ZoneOffset.UTC))
        .update();
  }

  private static Bucket bucket(ResultSet rs) throws SQLException {
    Bucket.Link link = link(rs);
    return new Bucket(
        rs.getLong("id"),
        rs.getLong("project_id"),
        rs.getString("stage"),
        rs.getString("name"),
        rs.getString("display_name"),
        link == null ? rs.getString("description") : link.description(),
        rs.getString("color"),
        owner(rs),
        rs.getTimestamp("created_at").toInstant(),
        instant(rs, "updated_at"),
        instant(rs, link == null ? "last_change_at" : "source_change_at"),
        rs.getLong("row_sum"),
        rs.getLong("byte_sum"),
        shared(rs),
        link);
  }

  private static Bucket.@Nullable Shared shared(ResultSet rs) throws SQLException {
    String sharing = rs.getString("sharing");
    return sharing == null
        ? null
        : new Bucket.Shared(
            sharing,
            rs.getLong("shared_by"),
            rs.getString("sharer_name"),
            rs.getTimestamp("shared_at").toInstant());
  }

  private static Bucket.@Nullable Link link(ResultSet rs) throws SQLException {
    long source = rs.getLong("source_bucket_id");
    return rs.wasNull()
        ? null
        : new Bucket.Link(
            source,
            rs.getString("source_label"),
            rs.getString("source_name"),
            rs.getString("source_description"),
            rs.getLong("source_project"),
            rs.getString("source_project_name"));
  }

  private static Bucket.@Nullable Owner owner(ResultSet rs) throws SQLException {
    long id = rs.getLong("owner_id");
    return rs.wasNull()
        ? null
        : new Bucket.Owner(id, rs.getString("owner_name"), rs.getString("owner_email"));
  }

  private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    Timestamp timestamp = rs.getTimestamp(column);
    return timestamp == null ? null : timestamp.toInstant();
  }
}
