package io.penstock.storage.metadata;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code metadata}. One query answers a whole list. */
@Repository
class MetadataRows {
  /** Of values in one answer; what is more stays in the database. */
  private static final long MAX_ANSWER = 64L * 1024 * 1024;

  private static final int MAX_ITEMS = 20_000;
  private static final long MAX_BYTES = 8L * 1024 * 1024;

  private static final String UPSERT =
      """
      INSERT INTO metadata (project_id, kind, object_id, column_name, provider, key, value, updated_at)
      SELECT :project, :kind, :id, x.column_name, x.provider, x.key, x.value, :now
      FROM unnest(:columns::text[], :providers::text[], :keys::text[], :values::text[])
        WITH ORDINALITY AS x (column_name, provider, key, value, place)
      ORDER BY x.place
      ON CONFLICT (kind, object_id, column_name, provider, key)
        DO UPDATE SET value = EXCLUDED.value, updated_at = EXCLUDED.updated_at
      """;

  private final JdbcClient jdbc;

  MetadataRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Of the objects themselves, in the order of their making. */
  List<MetadataItem> ofObjects(Kind kind, Collection<Long> ids) {
    return select(kind, ids, "column_name = ''", "");
  }

  /** Of all columns of the tables. */
  List<MetadataItem> ofColumns(Collection<Long> tableIds) {
    return select(Kind.TABLE, tableIds, "column_name <> ''", "");
  }

  /** Of one column. */
  List<MetadataItem> ofColumn(long tableId, String column) {
    return select(Kind.TABLE, List.of(tableId), "column_name = :column", column);
  }

  private List<MetadataItem> select(
      Kind kind, Collection<Long> ids, String condition, String column) {
    if (ids.isEmpty()) {
      return List.of();
    }
    // OFFSET 0: each object is looked up by the index, however many there are.
    return jdbc.sql(
            """
            SELECT m.object_id, m.column_name, m.id, m.provider, m.key, m.updated_at,
                   CASE WHEN sum(octet_length(m.value)) OVER () <= :most THEN m.value END AS value
            FROM unnest(:ids::bigint[]) AS asked (id)
            CROSS JOIN LATERAL (SELECT * FROM metadata WHERE kind = :kind AND object_id = asked.id AND %s OFFSET 0) m
            ORDER BY m.id
            """
                .formatted(condition))
        .param("most", MAX_ANSWER)
        .param("kind", kind.name())
        .param("ids", ids.toArray(Long[]::new))
        .param("column", column)
        .query((rs, _) -> item(rs))
        .list();
  }

  private static MetadataItem item(ResultSet rs) throws SQLException {
    String value = rs.getString("value");
    if (value == null) {
      throw new PlatformException(
          ErrorCode.REQUEST_TOO_LARGE,
          "The answer would hold more than %d MB of metadata; ask for fewer objects or leave metadata out"
              .formatted(MAX_ANSWER >> 20));
    }
    return new MetadataItem(
        rs.getLong("object_id"),
        rs.getString("column_name"),
        rs.getLong("id"),
        rs.getString("provider"),
        rs.getString("key"),
        value,
        rs.getTimestamp("updated_at").toInstant());
  }

  List<Long> tablesWith(long projectId, MetadataMatch match) {
    StringBuilder sql =
        new StringBuilder(
            "SELECT DISTINCT object_id FROM metadata WHERE project_id = :project AND kind ="
                + " 'TABLE'");
    if (match.key() != null) {
      sql.append(" AND key = :key");
    }
    if (match.provider() != null) {
      sql.append(" AND provider = :provider");
    }
    if (match.value() != null) {
      sql.append(
          " AND hashtextextended(value, 0) = hashtextextended(:value, 0) AND value = :value");
    }
    return jdbc.sql(sql.toString())
        .param("project", projectId)
        .param("key", match.key())
        .param("provider", match.provider())
        .param("value", match.value())
        .query((rs, _) -> rs.getLong(1))
        .list();
  }

  /** One writer at a time an object, so that two who set the same items never wait in a circle. */
  void lock(Kind kind, long id) {
    jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended(:object, 6))")
        .param("object", "metadata %s %d".formatted(kind, id))
        .query((_, _) -> true)
        .single();
  }

  /** Behind {@link #lock}. An item that is there keeps its id. */
  void upsert(long projectId, Kind kind, long id, List<MetadataEntry> entries, Instant now) {
    Map<MetadataEntry.Name, MetadataEntry> last = new LinkedHashMap<>();
    entries.forEach(entry -> last.put(entry.name(), entry));
    List<MetadataEntry> each = new ArrayList<>(last.values());
    jdbc.sql(UPSERT)
        .param("project", projectId)
        .param("kind", kind.name())
        .param("id", id)
        .param("columns", texts(each, MetadataEntry::column))
        .param("providers", texts(each, MetadataEntry::provider))
        .param("keys", texts(each, MetadataEntry::key))
        .param("values", texts(each, MetadataEntry::value))
        .param("now", now.atOffset(ZoneOffset.UTC))
        .update();
    refuseTooMuch(kind, id);
  }

  private static String[] texts(
      List<MetadataEntry> entries, Function<MetadataEntry, String> field) {
    return entries.stream().map(field).toArray(String[]::new);
  }

  private void refuseTooMuch(Kind kind, long id) {
    boolean fits =
        jdbc.sql(
                """
                SELECT count(*) <= :items AND coalesce(sum(octet_length(value)), 0) <= :bytes
                FROM metadata WHERE kind = :kind AND object_id = :id
                """)
            .param("items", MAX_ITEMS)
            .param("bytes", MAX_BYTES)
            .param("kind", kind.name())
            .param("id", id)
            .query(Boolean.class)
            .single();
    if (!fits) {
      throw new PlatformException(
          ErrorCode.METADATA_INVALID_STRUCTURE,
          "An object, a table with its columns, may have %d metadata of together %d MB at most"
              .formatted(MAX_ITEMS, MAX_BYTES >> 20));
    }
  }

  /** False when the object, or its column, has no such item. */
  boolean delete(Kind kind, long objectId, String column, long id) {
    return jdbc.sql(
                "DELETE FROM metadata WHERE id = :id AND kind = :kind AND object_id = :object AND"
                    + " column_name = :column")
            .param("id", id)
            .param("kind", kind.name())
            .param("object", objectId)
            .param("column", column)
            .update()
        == 1;
  }
}
