package io.penstock.importer.load;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The last record of a key wins: the one with the highest {@code ctid}, see {@link StagingCopy}.
 */
final class DuplicateKeys {
  private DuplicateKeys() {}

  /**
   * Deletes all rows of a key but the last.
   *
   * @param key physical columns
   * @return how many went
   */
  static long delete(Connection connection, String table, List<String> key) throws SQLException {
    String columns = String.join(", ", key);
    String same =
        String.join(
            " AND ", key.stream().map(column -> "t.%1$s = d.%1$s".formatted(column)).toList());
    try (Statement statement = connection.createStatement()) {
      return statement.executeLargeUpdate(
          """
          DELETE FROM %s t USING
            (SELECT %s, max(ctid) AS last FROM %s GROUP BY %s HAVING count(*) > 1) d
          WHERE %s AND t.ctid < d.last"""
              .formatted(table, columns, table, columns, same));
    }
  }
}
