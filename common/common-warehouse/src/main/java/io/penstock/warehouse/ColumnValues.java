package io.penstock.warehouse;

import io.penstock.model.job.ColumnType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Which texts are values of a type: PostgreSQL says, and its word is the one that counts. */
public final class ColumnValues {
  private ColumnValues() {}

  /** Whether the type's default is a value of it; true where there is none. */
  public static boolean isValidDefault(Connection connection, ColumnType type) throws SQLException {
    String value = type.defaultValue();
    return value == null || isValid(connection, type, value);
  }

  /** Whether the text can be stored in such a column. */
  public static boolean isValid(Connection connection, ColumnType type, String text)
      throws SQLException {
    if (!Literals.isText(text)) {
      return false;
    }
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_input_is_valid(?, ?)")) {
      statement.setString(1, text);
      statement.setString(2, ColumnSql.type(type));
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }

  /** For a message: {@code an INTEGER}, {@code a NUMERIC(38,9)}. */
  public static String named(ColumnType type) {
    String name = type.base().name() + (type.length() == null ? "" : "(" + type.length() + ")");
    return (name.startsWith("I") ? "an " : "a ") + name;
  }
}
