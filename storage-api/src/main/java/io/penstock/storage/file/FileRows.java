package io.penstock.storage.file;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code stored_file}. Reads see no removed file, but for the sweepers' claims. */
@Repository
class FileRows {
  /** Whether a file's time is over at {@code :now}; never NULL. */
  static final String EXPIRED =
      "(max_age_days IS NOT NULL"
          + " AND created_at + least(max_age_days, 36500) * interval '24 hours' < :now)";

  private final JdbcClient jdbc;

  FileRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The id of a file to come: its key is named by it, and its credentials by the key. */
  long nextId() {
    return jdbc.sql("SELECT nextval(pg_get_serial_sequence('stored_file', 'id'))")
        .query(Long.class)
        .single();
  }

  void insert(StoredFile file) {
    insert(file, null);
  }

  /**
   * @param until no sweeper removes it before
   */
  void insertHidden(StoredFile file, OffsetDateTime until) {
    insert(file, until);
  }

  private void insert(StoredFile file, @Nullable OffsetDateTime hiddenUntil) {
    jdbc.sql(
            """
            INSERT INTO stored_file (id, project_id, token_id, creator_description, name, s3_bucket, s3_key, size_bytes,
              content_type, sliced, encrypted, tags, max_age_days, run_id, run_ids, readers, created_at,
              deleted_at, purge_lease_until, shown)
            VALUES (:id, :project, :token, :creator, :name, :bucket, :key, :size,
              :type, :sliced, :encrypted, :tags, :age, :run, :runs, :readers, :created,
              CASE WHEN CAST(:until AS timestamptz) IS NOT NULL THEN now() END, :until,
              CAST(:until AS timestamptz) IS NULL)
            """)
        .param("id", file.id())
        .param("project", file.projectId())
        .param("token", file.tokenId())
        .param("creator", file.creatorDescription())
        .param("name", file.name())
        .param("bucket", file.bucket())
        .param("key", file.key())
        .param("size", file.sizeBytes())
        .param("type", file.contentType())
        .param("sliced", file.sliced())
        .param("encrypted", file.encrypted())
        .param("tags", file.tags().toArray(String[]::new))
        .param("age", file.maxAgeDays())
        .param("run", file.runId())
        .param("runs", file.runIds().toArray(String[]::new))
        .param("readers", file.readers().toArray(Long[]::new))
        .param("created", file.createdAt().atOffset(ZoneOffset.UTC))
        .param("until", hiddenUntil)
        .update();
  }

  Optional<StoredFile> find(long projectId, long id) {
    return jdbc.sql(
            "SELECT * FROM stored_file WHERE id = :id AND project_id = :project AND deleted_at IS"
                + " NULL")
        .param("id", id)
        .param("project", projectId)
        .query((rs, _) -> file(rs))
        .optional();
  }

  List<StoredFile> findAll(long projectId, Collection<Long> ids) {
    return ids.isEmpty()
        ? List.of()
        : jdbc.sql(
                "SELECT * FROM stored_file WHERE id = ANY(:ids) AND project_id = :project AND"
                    + " deleted_at IS NULL")
            .param("ids", ids.toArray(Long[]::new))
            .param("project", projectId)
            .query((rs, _) -> file(rs))
            .list();
  }

  /** Newest first. */
  List<StoredFile> list(FileFilter filter) {
    return jdbc.sql(
            "SELECT * FROM stored_file WHERE "
                + filter.where()
                + " ORDER BY id DESC LIMIT :limit OFFSET :offset")
        .params(filter.values())
        .param("limit", filter.limit())
        .param("offset", filter.offset())
        .query((rs, _) -> file(rs))
        .list();
  }

  /** Takes the row for the transaction at hand. */
  Optional<StoredFile> lock(long projectId, long id) {
    return jdbc.sql(
            "SELECT * FROM stored_file WHERE id = :id AND project_id = :project AND deleted_at IS"
                + " NULL FOR UPDATE")
        .param("id", id)
        .param("project", projectId)
        .query((rs, _) -> file(rs))
        .optional();
  }

  void addTag(long id, String tag) {
    jdbc.sql("UPDATE stored_file SET tags = array_append(tags, :tag) WHERE id = :id")
        .param("id", id)
        .param("tag", tag)
        .update();
  }

  void removeTag(long id, String tag) {
    jdbc.sql("UPDATE stored_file SET tags = array_remove(tags, :tag) WHERE id = :id")
        .param("id", id)
        .param("tag", tag)
        .update();
  }

  /** Something was written behind a hidden file: it is swept once more. */
  void sweepAgain(long id) {
    jdbc.sql(
            "UPDATE stored_file SET purged_at = NULL, purge_lease_until = NULL"
                + " WHERE id = :id AND deleted_at IS NOT NULL")
        .param("id", id)
        .update();
  }

  /** So much lies in the store. */
  void sized(long id, long bytes) {
    jdbc.sql("UPDATE stored_file SET size_bytes = :bytes, size_seen = true WHERE id = :id")
        .param("bytes", bytes)
        .param("id", id)
        .update();
  }

  /** Hides the file; false when somebody else already did. */
  boolean hide(long id, Instant now) {
    return jdbc.sql(
                "UPDATE stored_file SET deleted_at = :now WHERE id = :id AND deleted_at IS NULL")
            .param("id", id)
            .param("now", now.atOffset(ZoneOffset.UTC))
            .update()
        == 1;
  }

  /** Hidden files whose objects may still be there, each for one sweeper at a time. */
  List<StoredFile> claimRemoved(Duration lease, int limit) {
    return jdbc.sql(
            """
            UPDATE stored_file SET purge_lease_until = now() + :lease * interval '1 second'
            WHERE id IN (SELECT id FROM stored_file
                         WHERE deleted_at < now() - :lease * interval '1 second' AND purged_at IS NULL
                           AND (purge_lease_until IS NULL OR purge_lease_until < now())
                         ORDER BY deleted_at LIMIT :limit FOR UPDATE SKIP LOCKED)
            RETURNING *
            """)
        .param("lease", lease.toSeconds())
        .param("limit", limit)
        .query((rs, _) -> file(rs))
        .list();
  }

  /** Expired files whose objects bear no tag yet, each for one sweeper at a time. */
  List<StoredFile> claimExpired(Duration lease, int limit, Instant now) {
    return jdbc.sql(
            """
            UPDATE stored_file SET archive_lease_until = now() + :lease * interval '1 second'
            WHERE id IN (SELECT id FROM stored_file
                         WHERE deleted_at IS NULL AND archived_at IS NULL AND EXPIRED
                           AND (archive_lease_until IS NULL OR archive_lease_until < now())
                         ORDER BY created_at LIMIT :limit FOR UPDATE SKIP LOCKED)
            RETURNING *
            """
                .replace("EXPIRED", EXPIRED))
        .param("lease", lease.toSeconds())
        .param("limit", limit)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .query((rs, _) -> file(rs))
        .list();
  }

  void archived(long id, Instant now) {
    jdbc.sql("UPDATE stored_file SET archived_at = :now WHERE id = :id")
        .param("id", id)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .update();
  }

  /** One of those that are there, if any is. */
  Optional<String> anyBucket() {
    return jdbc.sql("SELECT bucket FROM organisation WHERE state = 'ACTIVE' ORDER BY id LIMIT 1")
        .query(String.class)
        .optional();
  }

  /** Those of all organisations that there are. */
  List<String> buckets() {
    return jdbc.sql("SELECT bucket FROM organisation WHERE state <> 'DELETED' ORDER BY id")
        .query((rs, _) -> rs.getString(1))
        .list();
  }

  void purged(long id, Instant now) {
    jdbc.sql("UPDATE stored_file SET purged_at = :now WHERE id = :id")
        .param("id", id)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .update();
  }

  static StoredFile file(ResultSet rs) throws SQLException {
    long size = rs.getLong("size_bytes");
    @Nullable Long sizeBytes = rs.wasNull() ? null : size;
    int age = rs.getInt("max_age_days");
    @Nullable Integer maxAgeDays = rs.wasNull() ? null : age;
    return new StoredFile(
        rs.getLong("id"),
        rs.getLong("project_id"),
        rs.getLong("token_id"),
        rs.getString("creator_description"),
        rs.getString("name"),
        rs.getString("s3_bucket"),
        rs.getString("s3_key"),
        sizeBytes,
        rs.getBoolean("size_seen"),
        rs.getString("content_type"),
        rs.getBoolean("sliced"),
        rs.getBoolean("encrypted"),
        texts(rs.getArray("tags")),
        maxAgeDays,
        rs.getString("run_id"),
        texts(rs.getArray("run_ids")),
        List.of((Long[]) rs.getArray("readers").getArray()),
        rs.getTimestamp("created_at").toInstant());
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }
}
