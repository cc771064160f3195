package io.penstock.warehouse;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.sql.Connection;
import java.sql.SQLException;

/** Reading from a table whose generation may be replaced at any moment. */
public final class CurrentGeneration {
  private static final String UNDEFINED_TABLE = "42P01";

  private CurrentGeneration() {}

  /**
   * Looks the current generation up and hands it to the reading; once more, in a new transaction,
   * when the generation was dropped between the two. Ends no transaction but one that failed that
   * way.
   *
   * @throws PlatformException {@code TABLE_NOT_FOUND} when the catalogue does not know the table
   */
  public static <T> T read(Connection connection, long tableId, Reading<T> reading)
      throws SQLException {
    try {
      return reading.read(require(connection, tableId));
    } catch (SQLException e) {
      if (!UNDEFINED_TABLE.equals(e.getSQLState())) {
        throw e;
      }
    }
    if (!connection.getAutoCommit()) {
      connection.rollback();
    }
    return reading.read(require(connection, tableId));
  }

  private static CatalogueRow require(Connection connection, long tableId) throws SQLException {
    return Catalogue.find(connection, tableId)
        .orElseThrow(
            () -> new PlatformException(ErrorCode.TABLE_NOT_FOUND, "The table does not exist."));
  }

  /** What is done with the row; called a second time when its generation has gone. */
  @FunctionalInterface
  public interface Reading<T> {
    T read(CatalogueRow row) throws SQLException;
  }
}
