package io.penstock.storage.table;

import io.penstock.model.Json;
import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobOutcome.TableState;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Caller.ProjectFacts;
import io.penstock.storage.bucket.Bucket;
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
import tools.jackson.core.type.TypeReference;

/** The table {@code data_table}. One query answers a whole list. */
@Repository
class TableRows {
  private static final String PERMITTED =
      """
      AND EXISTS (SELECT FROM token_permission x WHERE x.token_id = :token AND x.bucket_id = b.id)
      """;

  private final JdbcClient jdbc;

  TableRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** What the caller may read, in the order of creation. */
  List<DataTable> readable(Caller caller) {
    boolean all = caller.master() || caller.canManageBuckets();
    return jdbc.sql(TableSelect.READY + (all ? "" : PERMITTED) + " ORDER BY t.id")
        .param("project", caller.projectId())
        .param("token", caller.tokenId())
        .query((rs, _) -> table(rs))
        .list();
  }

  List<DataTable> inBucket(Bucket bucket) {
    return jdbc.sql(TableSelect.READY + " AND b.id = :bucket ORDER BY t.id")
        .param("project", bucket.projectId())
        .param("bucket", bucket.id())
        .query((rs, _) -> table(rs))
        .list();
  }

  Optional<DataTable> find(Bucket bucket, String name) {
    return jdbc.sql(TableSelect.READY + " AND b.id = :bucket AND t.name = :name")
        .param("project", bucket.projectId())
        .param("bucket", bucket.id())
        .param("name", name)
        .query((rs, _) -> table(rs))
        .optional();
  }

  /** The table whatever state it is in, even removed. */
  Optional<DataTable> findAny(long projectId, long id) {
    return jdbc.sql(TableSelect.ANY + " AND t.id = :id")
        .param("project", projectId)
        .param("id", id)
        .query((rs, _) -> table(rs))
        .optional();
  }

  /** Tables of the bucket that have this name or display name, even those that are being made. */
  Optional<Taken> taken(long bucketId, String name, String displayName) {
    return jdbc.sql(
            """
            SELECT name, display_name FROM data_table
            WHERE bucket_id = :bucket AND state <> 'DELETED' AND (name = :name OR display_name = :display)
            ORDER BY (name = :name) DESC LIMIT 1
            """)
        .param("bucket", bucketId)
        .param("name", name)
        .param("display", displayName)
        .query((rs, _) -> new Taken(rs.getString(1), rs.getString(2)))
        .optional();
  }

  /** Who has a name already. */
  record Taken(String name, String displayName) {}

  /** Holds the name while the first load runs. */
  long reserve(Bucket bucket, String name, String displayName, Instant now) {
    return jdbc.sql(
            """
            INSERT INTO data_table (project_id, bucket_id, name, display_name, state, created_at)
            VALUES (:project, :bucket, :name, :display, 'CREATING', :now) RETURNING id
            """)
        .param("project", bucket.projectId())
        .param("bucket", bucket.id())
        .param("name", name)
        .param("display", displayName)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .query(Long.class)
        .single();
  }

  /** The first load failed: the name is free again. */
  void release(long projectId, long id) {
    jdbc.sql(
            "UPDATE data_table SET state = 'DELETED' WHERE id = :id AND project_id = :project AND"
                + " state = 'CREATING'")
        .param("id", id)
        .param("project", projectId)
        .update();
  }

  /** Keeps the table from being removed until the transaction ends; false when it is gone. */
  boolean holds(long id) {
    return jdbc.sql("SELECT id FROM data_table WHERE id = :id AND state = 'READY' FOR SHARE")
        .param("id", id)
        .query(Long.class)
        .optional()
        .isPresent();
  }

  /** The table's sequence as we know it: it grows with every change of the table. */
  long sequence(long id) {
    return jdbc.sql("SELECT sequence FROM data_table WHERE id = :id")
        .param("id", id)
        .query(Long.class)
        .optional()
        .orElse(-1L);
  }

  /**
   * As it stands, kept from being removed or changed until the transaction ends; empty when it is
   * gone. An alias's columns are its root's, so that row is held, too: first, as whoever removes a
   * table takes them. Only a locked row is read again after the wait for its lock.
   */
  Optional<DataTable> held(long projectId, long id) {
    return jdbc.sql(
            TableSelect.ANY
                + " AND b.deleted_at IS NULL AND t.state = 'READY' AND t.id = :id FOR SHARE OF r,"
                + " t")
        .param("project", projectId)
        .param("id", id)
        .query((rs, _) -> table(rs))
        .optional();
  }

  /** The same for one who changes the row afterwards; not of an alias. */
  Optional<DataTable> lockForChange(long projectId, long id) {
    return jdbc.sql(
            TableSelect.ANY
                + " AND b.deleted_at IS NULL AND t.state = 'READY' AND t.id = :id FOR NO KEY UPDATE"
                + " OF r, t")
        .param("project", projectId)
        .param("id", id)
        .query((rs, _) -> table(rs))
        .optional();
  }

  /** Another table of the bucket that is shown by this name, even one that is being made. */
  Optional<String> otherWithDisplayName(DataTable table, String displayName) {
    return jdbc.sql(
            """
            SELECT name FROM data_table
            WHERE bucket_id = :bucket AND id <> :id AND display_name = :display AND state <> 'DELETED' LIMIT 1
            """)
        .param("bucket", table.bucketId())
        .param("id", table.id())
        .param("display", displayName)
        .query(String.class)
        .optional();
  }

  /** False when the table is gone. */
  boolean rename(long id, String displayName) {
    return jdbc.sql(
                "UPDATE data_table SET display_name = :display WHERE id = :id AND state = 'READY'")
            .param("display", displayName)
            .param("id", id)
            .update()
        == 1;
  }

  /** Of a new table, or behind {@link #lockForChange}. */
  void indexed(long id, List<String> columns) {
    jdbc.sql("UPDATE data_table SET indexed_columns = :columns WHERE id = :id")
        .param("columns", columns.toArray(String[]::new))
        .param("id", id)
        .update();
  }

  /** What is told of a project when no call is at hand. */
  ProjectFacts project(long projectId) {
    return jdbc.sql(
            """
            SELECT p.*, o.region, o.bucket AS s3_bucket FROM project p JOIN organisation o ON o.id = p.organisation_id
            WHERE p.id = :id
            """)
        .param("id", projectId)
        .query(
            (rs, _) ->
                new ProjectFacts(
                    rs.getLong("id"),
                    rs.getString("name"),
                    rs.getLong("organisation_id"),
                    rs.getString("region"),
                    rs.getString("s3_bucket"),
                    rs.getLong("branch_id"),
                    rs.getString("backend_label"),
                    rs.getInt("file_retention_days")))
        .single();
  }

  /** Hides the table; false when it is gone already. */
  boolean hide(long id) {
    return jdbc.sql("UPDATE data_table SET state = 'DELETED' WHERE id = :id AND state = 'READY'")
            .param("id", id)
            .update()
        == 1;
  }

  /** What became of a reported state. */
  enum Takeover {
    /** It is older than the one we know, or of a removed table. */
    NONE,
    DONE,
    /** Done, and there are columns of a type that was not known. */
    WITH_OTHER_TYPES
  }

  /**
   * Takes over what a worker reports; an older state, or one of a removed table, changes nothing.
   */
  Takeover apply(long projectId, TableState state, Instant changed) {
    return jdbc.sql(
            """
            UPDATE data_table SET state = 'READY', columns = :columns, primary_key = :key, rows_count = :rows,
              data_bytes = :bytes, sequence = :sequence, last_import_at = :imported, last_change_at = :changed,
              column_types = CAST(:types AS jsonb)
            WHERE id = :id AND project_id = :project AND state <> 'DELETED' AND sequence < :sequence
            RETURNING new.column_types IS NOT NULL
              AND (old.column_types, old.columns) IS DISTINCT FROM (new.column_types, new.columns)
            """)
        .param("columns", state.columns().toArray(String[]::new))
        .param("key", state.primaryKey().toArray(String[]::new))
        .param("types", state.types().isEmpty() ? null : Json.write(state.types()))
        .param("rows", state.rows())
        .param("bytes", state.bytes())
        .param("sequence", state.sequence())
        .param(
            "imported",
            state.lastImport() == null ? null : state.lastImport().atOffset(ZoneOffset.UTC),
            java.sql.Types.TIMESTAMP_WITH_TIMEZONE)
        .param("changed", changed.atOffset(ZoneOffset.UTC))
        .param("id", state.tableId())
        .param("project", projectId)
        .query(Boolean.class)
        .optional()
        .map(others -> others ? Takeover.WITH_OTHER_TYPES : Takeover.DONE)
        .orElse(Takeover.NONE);
  }

  /** Its columns as they are now, in the order of the source; empty when it is gone. */
  List<String> columns(long id) {
    return jdbc.sql("SELECT columns FROM data_table WHERE id = :id AND state = 'READY'")
        .param("id", id)
        .query((rs, _) -> texts(rs, "columns"))
        .optional()
        .orElse(List.of());
  }

  private static DataTable table(ResultSet rs) throws SQLException {
    Alias alias = TableSelect.alias(rs);
    List<String> all = texts(rs, "columns");
    List<String> chosen = alias == null ? null : alias.chosen();
    List<String> columns = chosen == null ? all : chosen.stream().filter(all::contains).toList();
    List<String> key = texts(rs, "primary_key");
    List<ColumnType> types = types(rs.getString("column_types"));
    return new DataTable(
        rs.getLong("id"),
        rs.getLong("project_id"),
        rs.getLong("bucket_id"),
        rs.getString("bucket_label"),
        rs.getString("name"),
        rs.getString("display_name"),
        columns,
        columns.containsAll(key) ? key : List.of(),
        texts(rs, "indexed_columns"),
        rs.getLong("rows_count"),
        rs.getLong("data_bytes"),
        rs.getTimestamp("created_at").toInstant(),
        instant(rs, "last_import_at"),
        instant(rs, "last_change_at"),
        columns.equals(all) ? types : chosenTypes(columns, all, types),
        alias);
  }

  private static List<ColumnType> chosenTypes(
      List<String> columns, List<String> all, List<ColumnType> types) {
    return types.isEmpty()
        ? types
        : columns.stream().map(column -> types.get(all.indexOf(column))).toList();
  }

  private static List<String> texts(ResultSet rs, String column) throws SQLException {
    return List.of((String[]) rs.getArray(column).getArray());
  }

  private static List<ColumnType> types(@Nullable String json) {
    return json == null
        ? List.of()
        : Json.mapper().readValue(json, new TypeReference<List<ColumnType>>() {});
  }

  private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    Timestamp timestamp = rs.getTimestamp(column);
    return timestamp == null ? null : timestamp.toInstant();
  }
}
