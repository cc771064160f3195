package io.penstock.warehouse;

import io.penstock.model.job.ColumnType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which texts are values of a type: PostgreSQL says, and its word is the one that counts. */
public final class ColumnValues {
  private static final String REFUSALS =
      """
      SELECT CASE WHEN v.type <> '%s' THEN e.sql_error_code WHEN NOT (%s) THEN '22007' END
      FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS v (value, type, place),
        LATERAL pg_input_error_info(v.value, v.type) AS e
      ORDER BY v.place\
      """
          .formatted(RowTimes.TYPE, RowTimes.ACCEPTED);

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

  /**
   * Asks about many texts at once.
   *
   * @param types of the texts, as {@link ColumnSql#type(ColumnType)} has them, or {@link
   *     RowTimes#TYPE}
   * @return for each text the SQLSTATE with which it is refused; empty: it is a value of its type
   */
  public static List<Optional<String>> refusals(
      Connection connection, List<String> texts, List<String> types) throws SQLException {
    List<Optional<String>> states = new ArrayList<>();
    if (texts.isEmpty()) {
      return states;
    }
    try (PreparedStatement statement = connection.prepareStatement(REFUSALS)) {
      statement.setArray(1, connection.createArrayOf("text", texts.toArray()));
      statement.setArray(2, connection.createArrayOf("text", types.toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          states.add(Optional.ofNullable(rows.getString(1)));
        }
      }
    }
    return states;
  }

  /** For a message: {@code an INTEGER}, {@code a NUMERIC(38,9)}. */
  public static String named(ColumnType type) {
    String name = type.base().name() + (type.length() == null ? "" : "(" + type.length() + ")");
    return (name.startsWith("I") ? "an " : "a ") + name;
  }
}
