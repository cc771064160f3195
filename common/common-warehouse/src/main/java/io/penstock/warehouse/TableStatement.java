package io.penstock.warehouse;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.table.TableQuery;
import io.penstock.model.table.TableQuery.DataType;
import io.penstock.model.table.TableQuery.Filter;
import io.penstock.model.table.TableQuery.Operator;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A SELECT over a table's current generation, or a DELETE in it. Users' text never enters it:
 * columns appear by their physical names, values are bound. Immutable.
 *
 * <p>{@code _timestamp} is written as ISO 8601 in UTC with microseconds, such as {@code
 * 2030-01-02T10:00:00.123456Z}.
 */
public final class TableStatement {
  private static final String TIMESTAMP_TEXT =
      "to_char(_timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";

  private final CatalogueRow table;
  private final boolean asStored;
  private final List<String> columns = new ArrayList<>();
  private final List<String> values = new ArrayList<>();

  /** The text is {@code parts[0] value[0] parts[1] value[1] …}. */
  private final List<String> parts = new ArrayList<>();

  private final StringBuilder text = new StringBuilder();

  private TableStatement(CatalogueRow table, boolean asStored) {
    this.table = table;
    this.asStored = asStored;
  }

  /**
   * Builds the statement.
   *
   * @throws PlatformException {@code COLUMN_NOT_EXISTS} or {@code TABLE_INVALID_FILTER_VALUES}
   */
  public static TableStatement of(CatalogueRow table, TableQuery query) {
    return selection(table, query, false);
  }

  /**
   * As {@link #of}, with values of the types that they are stored as, for a statement that copies
   * them inside of the database.
   */
  public static TableStatement asStored(CatalogueRow table, TableQuery query) {
    return selection(table, query, true);
  }

  private static TableStatement selection(CatalogueRow table, TableQuery query, boolean asStored) {
    TableStatement statement = new TableStatement(table, asStored);
    statement.select(query);
    statement.where(query);
    statement.order(query);
    if (query.limit() != null) {
      statement.text.append(" LIMIT ").append(Math.max(0, query.limit()));
    }
    statement.endPart();
    return statement;
  }

  /**
   * Builds a DELETE of the rows that the query chooses; only its filters and times count.
   *
   * @throws PlatformException {@code COLUMN_NOT_EXISTS} or {@code TABLE_INVALID_FILTER_VALUES}
   */
  public static TableStatement deletion(CatalogueRow table, TableQuery query) {
    TableStatement statement = new TableStatement(table, false);
    statement.text.append("DELETE FROM ").append(table.table());
    statement.where(query);
    statement.endPart();
    return statement;
  }

  /** Names of the columns of the answer, {@code _timestamp} included when it was asked for. */
  public List<String> columns() {
    return List.copyOf(columns);
  }

  /** The statement with a {@code ?} for each value. */
  public String sql() {
    return String.join("?", parts);
  }

  /** The statement with its values bound; every column of the answer is text. */
  public PreparedStatement prepare(Connection connection) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql());
    try {
      for (int i = 0; i < values.size(); i++) {
        statement.setString(i + 1, values.get(i));
      }
      return statement;
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
  }

  /**
   * The statement for {@code COPY (…) TO}, which cannot bind: values stand in it as literals. Needs
   * a session with {@code standard_conforming_strings = on}.
   */
  public String copyText() {
    StringBuilder whole = new StringBuilder(parts.getFirst());
    for (int i = 0; i < values.size(); i++) {
      whole.append(Literals.quote(values.get(i))).append(parts.get(i + 1));
    }
    return whole.toString();
  }

  private void select(TableQuery query) {
    List<String> expressions = new ArrayList<>();
    for (String name : query.columns().isEmpty() ? table.names() : query.columns()) {
      CatalogueColumn column = column(name);
      expressions.add(asStored ? column.physical() : ColumnSql.asText(column));
      columns.add(name);
    }
    if (query.withTimestamp()) {
      expressions.add(asStored ? Identifiers.TIMESTAMP : TIMESTAMP_TEXT);
      columns.add(Identifiers.TIMESTAMP);
    }
    text.append("SELECT ").append(String.join(", ", expressions));
    text.append(" FROM ").append(table.table());
  }

  private void where(TableQuery query) {
    String word = " WHERE ";
    for (Filter filter : query.filters()) {
      text.append(word);
      condition(filter);
      word = " AND ";
    }
    word = changed(word, ">=", query.changedSince());
    word = changed(word, "<", query.changedUntil());
    if (query.anywhere() != null) {
      text.append(word);
      anywhere(query, query.anywhere());
    }
  }

  private void anywhere(TableQuery query, String sought) {
    if (!Literals.isText(sought)) {
      throw invalid("The text to search for has a character that no text can hold.");
    }
    String word = "(";
    for (String name : query.columns().isEmpty() ? table.names() : query.columns()) {
      text.append(word).append("position(lower(CAST(");
      value(sought);
      text.append(" AS text)) IN lower(")
          .append(ColumnSql.asFilledText(column(name)))
          .append(")) > 0");
      word = " OR ";
    }
    text.append(')');
  }

  private String changed(String word, String comparison, @Nullable Instant time) {
    if (time == null) {
      return word;
    }
    text.append(word).append("_timestamp ").append(comparison).append(" CAST(");
    value(time.toString());
    text.append(" AS timestamptz)");
    return " AND ";
  }

  private void condition(Filter filter) {
    boolean several = filter.operator() == Operator.EQ || filter.operator() == Operator.NE;
    if (filter.values().isEmpty() || (!several && filter.values().size() > 1)) {
      throw invalid(
          "The filter of column %s needs %s."
              .formatted(filter.column(), several ? "a value" : "exactly one value"));
    }
    text.append(operandOf(filter)).append(' ');
    text.append(sign(filter.operator())).append(" (");
    String comma = "";
    for (String value : filter.values()) {
      text.append(comma);
      operand(filter, value);
      comma = ", ";
    }
    text.append(')');
  }

  private void operand(Filter filter, String value) {
    DataType type = filter.dataType();
    if (type != null && !FilterNumbers.fits(value, type)) {
      throw invalid("The filter of column %s needs a number.".formatted(filter.column()));
    }
    if (!Literals.isText(value)) {
      throw invalid(
          "The filter of column %s has a character that no text can hold."
              .formatted(filter.column()));
    }
    text.append("CAST(");
    value(value);
    text.append(" AS ").append(type == null ? "text" : FilterNumbers.operandType(type)).append(')');
  }

  private void order(TableQuery query) {
    String word = " ORDER BY ";
    for (TableQuery.Order order : query.orderBy()) {
      text.append(word).append(sortKey(order));
      text.append(order.descending() ? " DESC NULLS LAST" : " ASC NULLS LAST");
      word = ", ";
    }
  }

  /**
   * Without a type, texts are compared: of a typed column those that an export would write, NULL
   * being empty where equality is asked for.
   */
  private String operandOf(Filter filter) {
    CatalogueColumn column = column(filter.column());
    if (filter.dataType() != null) {
      return asNumber(column, filter.dataType());
    }
    boolean equality = filter.operator() == Operator.EQ || filter.operator() == Operator.NE;
    return equality ? ColumnSql.asFilledText(column) : ColumnSql.asText(column);
  }

  /**
   * A typed column is sorted as its type is; qualified, because the answer has a text of that name.
   */
  private String sortKey(TableQuery.Order order) {
    CatalogueColumn column = column(order.column());
    if (order.dataType() != null) {
      return asNumber(column, order.dataType());
    }
    return column.typed() ? table.table() + "." + column.physical() : column.physical();
  }

  /** A value that is no number of the type becomes NULL, which no comparison matches. */
  private static String asNumber(CatalogueColumn column, DataType type) {
    return "CASE WHEN pg_input_is_valid(%1$s, '%2$s') THEN CAST(%1$s AS %2$s) END"
        .formatted(ColumnSql.asText(column), FilterNumbers.columnType(type));
  }

  private CatalogueColumn column(String name) {
    return table
        .column(name)
        .orElseThrow(
            () ->
                new PlatformException(
                    ErrorCode.COLUMN_NOT_EXISTS,
                    "The column %s does not exist in the table.".formatted(name),
                    Map.of("column", name),
                    null));
  }

  private void value(String value) {
    endPart();
    values.add(value);
  }

  private void endPart() {
    parts.add(text.toString());
    text.setLength(0);
  }

  private static String sign(Operator operator) {
    return switch (operator) {
      case EQ -> "IN";
      case NE -> "NOT IN";
      case GT -> ">";
      case GE -> ">=";
      case LT -> "<";
      case LE -> "<=";
    };
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.TABLE_INVALID_FILTER_VALUES, message);
  }
}
