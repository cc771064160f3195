package io.penstock.storage.metadata;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code attribute}. One query answers a whole list. */
@Repository
class AttributeRows {
  private static final long MAX_ANSWER = 64L * 1024 * 1024;

  /** OFFSET 0: each object is looked up by the index, however many there are. */
  private static final String SELECT =
      """
      SELECT a.object_id, a.name, a.protected,
             CASE WHEN sum(octet_length(a.value)) OVER () <= :most THEN a.value END AS value
      FROM unnest(:ids::bigint[]) AS asked (id)
      CROSS JOIN LATERAL (SELECT * FROM attribute WHERE kind = :kind AND object_id = asked.id OFFSET 0) a
      ORDER BY a.id
      """;

  private final JdbcClient jdbc;

  AttributeRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  record Owned(long objectId, Attribute attribute) {}

  List<Owned> of(Kind kind, Collection<Long> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    return jdbc.sql(SELECT)
        .param("most", MAX_ANSWER)
        .param("kind", kind.name())
        .param("ids", ids.toArray(Long[]::new))
        .query((rs, _) -> new Owned(rs.getLong("object_id"), attribute(rs)))
        .list();
  }

  /** One writer at a time an object. */
  void lock(Kind kind, long id) {
    jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended(:object, 6))")
        .param("object", "attribute %s %d".formatted(kind, id))
        .query((_, _) -> true)
        .single();
  }

  Optional<Attribute> find(Kind kind, long id, String name) {
    return jdbc.sql(
            "SELECT name, value, protected FROM attribute WHERE kind = :kind AND object_id = :id"
                + " AND name = :name")
        .param("kind", kind.name())
        .param("id", id)
        .param("name", name)
        .query((rs, _) -> attribute(rs))
        .optional();
  }

  void upsert(Kind kind, long id, Attribute attribute) {
    jdbc.sql(
            """
            INSERT INTO attribute (kind, object_id, name, value, protected)
            VALUES (:kind, :id, :name, :value, :protected)
            ON CONFLICT (kind, object_id, name)
              DO UPDATE SET value = EXCLUDED.value, protected = EXCLUDED.protected
            """)
        .param("kind", kind.name())
        .param("id", id)
        .param("name", attribute.name())
        .param("value", attribute.value())
        .param("protected", attribute.isProtected())
        .update();
  }

  void delete(Kind kind, long id, String name) {
    jdbc.sql("DELETE FROM attribute WHERE kind = :kind AND object_id = :id AND name = :name")
        .param("kind", kind.name())
        .param("id", id)
        .param("name", name)
        .update();
  }

  void deleteAll(Kind kind, long id) {
    jdbc.sql("DELETE FROM attribute WHERE kind = :kind AND object_id = :id")
        .param("kind", kind.name())
        .param("id", id)
        .update();
  }

  private static Attribute attribute(ResultSet rs) throws SQLException {
    String value = rs.getString("value");
    if (value == null) {
      throw new PlatformException(
          ErrorCode.REQUEST_TOO_LARGE,
          "The answer would hold more than %d MB of attributes; ask for fewer objects or leave attributes out"
              .formatted(MAX_ANSWER >> 20));
    }
    return new Attribute(rs.getString("name"), value, rs.getBoolean("protected"));
  }
}
