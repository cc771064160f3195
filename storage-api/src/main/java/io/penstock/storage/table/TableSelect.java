package io.penstock.storage.table;

import io.penstock.model.table.TableQuery.Filter;
import io.penstock.model.table.TableQuery.Operator;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SELECT that every table is read by, so that a list stays one query: {@code b} the bucket that
 * shows it, {@code t} its row, {@code r} the root that has the rows, {@code d} the table directly
 * behind an alias. A linked bucket shows its source's rows of {@code data_table}; it has none of
 * its own, so that tables come and go there as they do at home.
 */
final class TableSelect {
  private static final String COLUMNS =
      """
      SELECT CASE WHEN b.source_bucket_id IS NULL THEN t.id ELSE -t.id END AS id, b.project_id, b.id AS bucket_id, b.stage || '.' || b.name AS bucket_label,
             t.name, t.display_name, t.created_at, t.indexed_columns,
             r.columns, r.column_types, r.primary_key, r.rows_count, r.data_bytes, r.last_import_at, r.last_change_at,
             r.id AS root_id, r.project_id AS root_project, d.id AS source_id, d.name AS source_name,
             db.stage || '.' || db.name AS source_bucket, dp.id AS source_project, dp.name AS source_project_name,
             d.source_id IS NOT NULL OR d.project_id <> db.project_id AS source_is_alias,
             b.source_bucket_id IS NOT NULL AS linked,
             CASE WHEN b.source_bucket_id IS NULL THEN t.link_id ELSE b.id END AS link_id,
             t.alias_columns, t.filter_column, t.filter_operator, t.filter_values
      """;
  private static final String FROM =
      """
      FROM bucket b
      JOIN data_table t ON t.bucket_id = coalesce(b.source_bucket_id, b.id)
      JOIN data_table r ON r.id = coalesce(t.root_id, t.id)
      LEFT JOIN data_table d ON d.id = CASE WHEN b.source_bucket_id IS NULL THEN t.source_id ELSE t.id END
      LEFT JOIN bucket db ON db.id = CASE WHEN b.source_bucket_id IS NOT NULL THEN b.source_bucket_id
                                          WHEN d.project_id <> t.project_id THEN t.link_id ELSE d.bucket_id END
      LEFT JOIN project dp ON dp.id = db.project_id
      WHERE b.project_id = :project
      """;

  /**
   * What another project's rows are shown by: a link that stands, to a bucket that is shared, in a
   * project at work, of the same organisation, whose rows these are. What was lent to the lender is
   * not lent on. Asked by every reading: ending a link needs nothing else to take effect.
   */
  private static final String LENT =
      """
      EXISTS (SELECT FROM bucket l
              JOIN bucket lent ON lent.id = l.source_bucket_id AND lent.deleted_at IS NULL AND lent.sharing IS NOT NULL
              JOIN project lender ON lender.id = lent.project_id AND lender.state = 'ACTIVE'
              JOIN project borrower ON borrower.id = l.project_id AND borrower.organisation_id = lender.organisation_id
              WHERE l.id = CASE WHEN b.source_bucket_id IS NULL THEN t.link_id ELSE b.id END
                AND l.project_id = b.project_id AND l.deleted_at IS NULL AND r.project_id = lender.id)
      """;

  /** In whatever state, even removed; of the project's own tables. */
  static final String ANY = COLUMNS + FROM + " AND b.source_bucket_id IS NULL";

  /** Those that are there to be read. */
  static final String READY =
      COLUMNS
          + FROM
          + " AND b.deleted_at IS NULL AND t.state = 'READY' AND r.state = 'READY' AND"
          + " (r.project_id = b.project_id OR "
          + LENT
          + ")";

  private TableSelect() {}

  /** What makes the row's table an alias; null for one that has rows of its own. */
  static @Nullable Alias alias(ResultSet rs) throws SQLException {
    long source = rs.getLong("source_id");
    if (rs.wasNull()) {
      return null;
    }
    long link = rs.getLong("link_id");
    @Nullable Long linkId = rs.wasNull() ? null : link;
    return new Alias(
        rs.getLong("root_id"),
        rs.getLong("root_project"),
        new Alias.Source(
            source,
            rs.getString("source_bucket") + "." + rs.getString("source_name"),
            rs.getString("source_name"),
            rs.getBoolean("source_is_alias"),
            rs.getLong("source_project"),
            rs.getString("source_project_name")),
        linkId,
        texts(rs.getArray("alias_columns")),
        filter(rs),
        rs.getBoolean("linked"));
  }

  private static @Nullable Filter filter(ResultSet rs) throws SQLException {
    String column = rs.getString("filter_column");
    List<String> values = texts(rs.getArray("filter_values"));
    if (column == null || values == null) {
      return null;
    }
    Operator operator = rs.getString("filter_operator").equals("ne") ? Operator.NE : Operator.EQ;
    return new Filter(column, operator, values, null);
  }

  private static @Nullable List<String> texts(@Nullable Array array) throws SQLException {
    return array == null ? null : List.of((String[]) array.getArray());
  }
}
