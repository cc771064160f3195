package io.penstock.storage.snapshot;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code snapshot}. */
@Repository
class SnapshotRows {
  private static final String FIND =
      "SELECT * FROM snapshot WHERE project_id = :project AND deleted_at IS NULL ";

  private final JdbcClient jdbc;

  SnapshotRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  long insert(Snapshot snapshot) {
    return jdbc.sql(
            """
            INSERT INTO snapshot (project_id, table_id, bucket_id, file_id, description, structure,
                                  token_id, token_description, created_at)
            VALUES (:project, :table, :bucket, :file, :description, :structure, :token, :creator, :created)
            RETURNING id
            """)
        .param("project", snapshot.projectId())
        .param("table", snapshot.tableId())
        .param("bucket", snapshot.bucketId())
        .param("file", snapshot.fileId(), Types.BIGINT)
        .param("description", snapshot.description())
        .param("structure", snapshot.structure())
        .param("token", snapshot.tokenId(), Types.BIGINT)
        .param("creator", snapshot.tokenDescription())
        .param("created", snapshot.created().atOffset(ZoneOffset.UTC))
        .query(Long.class)
        .single();
  }

  Optional<Snapshot> find(long projectId, long id) {
    return jdbc.sql(FIND + "AND id = :id")
        .param("project", projectId)
        .param("id", id)
        .query((rs, _) -> snapshot(rs))
        .optional();
  }

  /** The snapshot whose rows the file holds. */
  Optional<Long> ofFile(long projectId, long fileId) {
    return jdbc.sql(
            "SELECT id FROM snapshot"
                + " WHERE project_id = :project AND file_id = :file AND deleted_at IS NULL")
        .param("project", projectId)
        .param("file", fileId)
        .query(Long.class)
        .optional();
  }

  /** Whether a job that has not ended yet writes the file, or reads it. */
  boolean isInUse(long projectId, long fileId) {
    return jdbc.sql(
            "SELECT EXISTS (SELECT FROM job"
                + " WHERE project_id = :project AND file_id = :file AND status IN ('waiting', 'processing'))")
        .param("project", projectId)
        .param("file", fileId)
        .query(Boolean.class)
        .single();
  }

  /** Even one that was deleted. */
  Optional<Snapshot> findAny(long projectId, long id) {
    return jdbc.sql("SELECT * FROM snapshot WHERE project_id = :project AND id = :id")
        .param("project", projectId)
        .param("id", id)
        .query((rs, _) -> snapshot(rs))
        .optional();
  }

  /** Newest first, without their structures: each may have megabytes, and no list shows them. */
  List<Snapshot> ofTable(long projectId, long tableId, long limit, long offset) {
    return jdbc.sql(
            """
            SELECT id, project_id, table_id, bucket_id, file_id, description, '' AS structure,
                   token_id, token_description, created_at
            FROM snapshot WHERE project_id = :project AND table_id = :table AND deleted_at IS NULL
            ORDER BY id DESC LIMIT :limit OFFSET :offset
            """)
        .param("project", projectId)
        .param("table", tableId)
        .param("limit", limit)
        .param("offset", offset)
        .query((rs, _) -> snapshot(rs))
        .list();
  }

  /** False when it is gone already. */
  boolean hide(long id, Instant now) {
    return jdbc.sql("UPDATE snapshot SET deleted_at = :now WHERE id = :id AND deleted_at IS NULL")
            .param("now", now.atOffset(ZoneOffset.UTC))
            .param("id", id)
            .update()
        == 1;
  }

  private static Snapshot snapshot(ResultSet rs) throws SQLException {
    return new Snapshot(
        rs.getLong("id"),
        rs.getLong("project_id"),
        rs.getLong("table_id"),
        rs.getLong("bucket_id"),
        rs.getObject("file_id", Long.class),
        rs.getString("description"),
        rs.getString("structure"),
        rs.getObject("token_id", Long.class),
        rs.getString("token_description"),
        rs.getTimestamp("created_at").toInstant());
  }
}
