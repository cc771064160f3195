package io.penstock.importer.workspace;

import io.penstock.warehouse.Identifiers;
import io.penstock.warehouse.Literals;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * The SELECT of a COPY that fails at the first row that is too long. The driver holds whole rows,
 * and a workspace's user can make one of a gigabyte out of nothing: it must end in the server. Each
 * column is computed once a row ({@code OFFSET 0} keeps the view's query apart), and measured as
 * the text that COPY writes, before its quotation marks are doubled.
 *
 * @param columns in their order
 * @param maxBytes of a row's values together
 */
record BoundedRows(List<Column> columns, long maxBytes) {
  private static final Pattern FAULT = Pattern.compile("penstock: too long, ([0-9]{1,4})\"");

  /** How a column's length is found. */
  enum Length {
    /** Of fixed size, and never long as a text. */
    FIXED,
    /** Known without reading the value. */
    TEXT,
    /** Only its text tells. */
    OTHER
  }

  /**
   * A column to read.
   *
   * @param isBoolean is read as {@code true} and {@code false}, the words that clients know
   */
  record Column(String name, boolean isBoolean, Length length) {
    private String value() {
      String quoted = Identifiers.quote(name);
      return isBoolean ? "CAST(%s AS text)".formatted(quoted) : quoted;
    }
  }

  /**
   * @param from qualified and quoted
   * @param nullWord a value that is read as NULL
   */
  String select(String from, @Nullable String nullWord) {
    List<String> inner = new ArrayList<>();
    List<String> outer = new ArrayList<>();
    for (int i = 1; i <= columns.size(); i++) {
      Column column = columns.get(i - 1);
      inner.add("%s AS v%d".formatted(column.value(), i));
      outer.add(
          (nullWord == null
                      ? "v%1$d"
                      : "CASE WHEN format('%%s', v%1$d) COLLATE \"C\" = %2$s THEN NULL ELSE v%1$d"
                          + " END")
                  .formatted(i, nullWord == null ? "" : Literals.quote(nullWord))
              + " AS "
              + Identifiers.quote(column.name()));
    }
    return "SELECT %s FROM (SELECT %s FROM %s OFFSET 0) AS r%s"
        .formatted(String.join(", ", outer), String.join(", ", inner), from, condition());
  }

  /** A word that is no boolean: the one way to fail by an expression. */
  private String condition() {
    List<String> lengths = new ArrayList<>();
    StringBuilder longest = new StringBuilder();
    for (int i = 1; i <= columns.size(); i++) {
      String length = length(columns.get(i - 1).length(), i);
      if (!length.isEmpty()) {
        lengths.add(length);
        longest.append(" WHEN %s > %d THEN %d".formatted(length, maxBytes, i));
      }
    }
    if (lengths.isEmpty()) {
      return "";
    }
    return " WHERE CASE WHEN %s <= %d THEN true ELSE CAST('penstock: too long, ' || CASE%s ELSE 0 END AS boolean) END"
        .formatted(lengths.stream().collect(Collectors.joining(" + ")), maxBytes, longest);
  }

  private static String length(Length kind, int column) {
    return switch (kind) {
      case FIXED -> "";
      case TEXT -> "coalesce(octet_length(v%d), 0)::bigint".formatted(column);
      case OTHER -> "octet_length(format('%%s', v%d))::bigint".formatted(column);
    };
  }

  /** What is too long, if it is that; without any value. */
  @Nullable String tooLong(SQLException e) {
    ServerErrorMessage error = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
    String message = error == null ? null : error.getMessage();
    Matcher fault = FAULT.matcher(message == null ? "" : message);
    if (!fault.find()) {
      return null;
    }
    int column = Integer.parseInt(fault.group(1));
    return column > 0 && column <= columns.size()
        ? "a value of the column \"%s\" has more than %d bytes"
            .formatted(columns.get(column - 1).name(), maxBytes)
        : "the values of a row have more than %d bytes together".formatted(maxBytes);
  }
}
