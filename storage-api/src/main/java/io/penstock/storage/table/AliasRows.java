package io.penstock.storage.table;

import io.penstock.model.table.TableQuery.Filter;
import io.penstock.storage.bucket.Bucket;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What the table {@code data_table} keeps of aliases, and who builds on a table. */
@Repository
class AliasRows {
  private static final String DEPENDANTS =
      """
      WITH RECURSIVE behind AS (
        SELECT id FROM data_table WHERE source_id = :id AND state <> 'DELETED'
        UNION
        SELECT a.id FROM data_table a JOIN behind ON a.source_id = behind.id WHERE a.state <> 'DELETED'
      )
      SELECT t.id, t.project_id, t.bucket_id, b.stage || '.' || b.name || '.' || t.name AS label, t.name
      FROM behind JOIN data_table t ON t.id = behind.id JOIN bucket b ON b.id = t.bucket_id
      ORDER BY t.id
      """;

  private final JdbcClient jdbc;

  AliasRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** An alias that builds on a table, in whichever project. */
  record Dependant(long id, long projectId, long bucketId, String label, String name) {}

  /** Columns and filter of an alias. */
  record Part(@Nullable List<String> columns, @Nullable Filter filter) {
    /** Whether nothing of the source is left out; only then may there be an alias of it. */
    boolean isWhole() {
      return columns == null && filter == null;
    }

    /** Every column that it says something of. */
    List<String> named() {
      return Stream.concat(
              columns == null ? Stream.of() : columns.stream(),
              filter == null ? Stream.of() : Stream.of(filter.column()))
          .distinct()
          .toList();
    }
  }

  long insert(
      Bucket bucket,
      NewAlias names,
      DataTable source,
      @Nullable Long linkId,
      Part part,
      Instant now) {
    return jdbc.sql(
            """
            INSERT INTO data_table (project_id, bucket_id, name, display_name, state, created_at, last_change_at,
                                    source_id, root_id, link_id, alias_columns, filter_column, filter_operator, filter_values)
            VALUES (:project, :bucket, :name, :display, 'READY', :now, :now,
                    :source, :root, :link, :columns, :filterColumn, :operator, :values)
            RETURNING id
            """)
        .param("project", bucket.projectId())
        .param("bucket", bucket.id())
        .param("name", names.name())
        .param("display", names.displayName())
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("source", source.alias() == null ? source.id() : source.alias().keptAs(source))
        .param("root", source.alias() == null ? source.id() : source.alias().rootId())
        .param("link", linkId, Types.BIGINT)
        .param("columns", texts(part.columns()), Types.ARRAY)
        .param("filterColumn", part.filter() == null ? null : part.filter().column(), Types.VARCHAR)
        .param(
            "operator",
            part.filter() == null ? null : AliasFilter.word(part.filter().operator()),
            Types.VARCHAR)
        .param("values", texts(part.filter() == null ? null : part.filter().values()), Types.ARRAY)
        .query(Long.class)
        .single();
  }

  /** Names of a new alias. */
  record NewAlias(String name, String displayName) {}

  /** Takes the alias for a change; false when it is gone. */
  boolean locks(long id) {
    return jdbc.sql(
            "SELECT id FROM data_table WHERE id = :id AND state = 'READY' AND source_id IS NOT NULL"
                + " FOR UPDATE")
        .param("id", id)
        .query(Long.class)
        .optional()
        .isPresent();
  }

  void change(long id, Part part) {
    jdbc.sql(
            """
            UPDATE data_table SET alias_columns = :columns, filter_column = :filterColumn,
                                  filter_operator = :operator, filter_values = :values
            WHERE id = :id
            """)
        .param("columns", texts(part.columns()), Types.ARRAY)
        .param("filterColumn", part.filter() == null ? null : part.filter().column(), Types.VARCHAR)
        .param(
            "operator",
            part.filter() == null ? null : AliasFilter.word(part.filter().operator()),
            Types.VARCHAR)
        .param("values", texts(part.filter() == null ? null : part.filter().values()), Types.ARRAY)
        .param("id", id)
        .update();
  }

  /** The alias becomes a table of its own, whose state comes from its worker. */
  void detach(long id) {
    jdbc.sql(
            """
            UPDATE data_table SET source_id = NULL, root_id = NULL, link_id = NULL, alias_columns = NULL,
                   filter_column = NULL, filter_operator = NULL, filter_values = NULL
            WHERE id = :id
            """)
        .param("id", id)
        .update();
  }

  /** Everything that would show nothing any more without the table, directly or by others. */
  List<Dependant> dependants(long id) {
    return jdbc.sql(DEPENDANTS)
        .param("id", id)
        .query(
            (rs, _) ->
                new Dependant(
                    rs.getLong("id"),
                    rs.getLong("project_id"),
                    rs.getLong("bucket_id"),
                    rs.getString("label"),
                    rs.getString("name")))
        .list();
  }

  boolean hasDependants(long id) {
    return jdbc.sql(
            "SELECT EXISTS (SELECT FROM data_table WHERE source_id = :id AND state <> 'DELETED')")
        .param("id", id)
        .query(Boolean.class)
        .single();
  }

  /** Whether an alias filters by the column of this real table, or was given it by name. */
  boolean namesColumn(long rootId, String column) {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT FROM data_table WHERE root_id = :root AND state <> 'DELETED'
                           AND (filter_column = :column OR :column = ANY(alias_columns)))
            """)
        .param("root", rootId)
        .param("column", column)
        .query(Boolean.class)
        .single();
  }

  /** What columns of this real table aliases filter by, or were given by name. */
  List<String> named(long rootId) {
    return jdbc.sql(
            """
            SELECT DISTINCT named FROM data_table, unnest(alias_columns || filter_column) AS named
            WHERE root_id = :root AND state <> 'DELETED' AND named IS NOT NULL ORDER BY named
            """)
        .param("root", rootId)
        .query((rs, _) -> rs.getString(1))
        .list();
  }

  /** Whether an alias filters by one of these columns of the real table. */
  boolean filtersBy(long rootId, Set<String> columns) {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT FROM data_table WHERE root_id = :root AND state <> 'DELETED'
                           AND filter_column = ANY(:columns))
            """)
        .param("root", rootId)
        .param("columns", columns.toArray(String[]::new))
        .query(Boolean.class)
        .single();
  }

  private static String @Nullable [] texts(@Nullable List<String> list) {
    return list == null ? null : list.toArray(String[]::new);
  }
}
