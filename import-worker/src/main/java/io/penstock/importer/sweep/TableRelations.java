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

  private TableRelations() {}

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
