package io.penstock.importer.sweep;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The generation and staging tables of one table, as PostgreSQL's own catalog has them. */
final class TableRelations {
  private static final String LIST =
      """
      SELECT c.relname, split_part(c.relname, '_', 2)::bigint
      FROM pg_class c
      WHERE c.relnamespace = '_penstock'::regnamespace AND c.relkind = 'r' AND c.relname ~ ?
      ORDER BY 2""";

  private static final String ORPHANS =
      """
      SELECT DISTINCT split_part(substr(c.relname, 2), '_', 1)::bigint
      FROM pg_class c
      WHERE c.relnamespace = '_penstock'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^[ts][0-9]+_[0-9]+$'
        AND NOT EXISTS (
          SELECT FROM _penstock.catalogue k WHERE k.table_id = split_part(substr(c.relname, 2), '_', 1)::bigint)
      LIMIT ?""";

  private TableRelations() {}

  /** Tables that the catalogue does not know: just being made, or dropped while they were read. */
  static List<Long> withoutCatalogue(Connection connection, int limit) throws SQLException {
    List<Long> tables = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(ORPHANS)) {
      statement.setInt(1, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          tables.add(rows.getLong(1));
        }
      }
    }
    return tables;
  }

  /** In the order of the jobs that made them. */
  static List<Relation> list(Connection connection, long tableId) throws SQLException {
    List<Relation> relations = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(LIST)) {
      statement.setString(1, "^[ts]" + tableId + "_[0-9]+$");
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          relations.add(new Relation(rows.getString(1), rows.getLong(2)));
        }
      }
    }
    return relations;
  }

  /** A table and the job that made it. */
  record Relation(String name, long jobId) {
    boolean isGeneration() {
      return name.startsWith("t");
    }
  }
}
