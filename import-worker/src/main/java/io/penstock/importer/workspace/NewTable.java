package io.penstock.importer.workspace;

import io.penstock.importer.workspace.SourceRows.Target;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.WorkspaceInput;
import io.penstock.warehouse.Identifiers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table that comes into a workspace: filled while nobody else sees it, then handed over to the
 * workspace's own role.
 */
final class NewTable {
  private static final String BAD_VALUE = "22";

  private final Connection connection;
  private final WorkspaceSchema schema;
  private final WorkspaceInput input;
  private final SourceRows rows;

  NewTable(Connection connection, WorkspaceSchema schema, WorkspaceInput input, SourceRows rows) {
    this.connection = connection;
    this.schema = schema;
    this.input = input;
    this.rows = rows;
  }

  void make() throws SQLException {
    requireKey();
    String table = schema.qualified(input.destination());
    try (Statement statement = connection.createStatement()) {
      schema.locks().run(statement, "CREATE TABLE %s (%s)".formatted(table, definitions()));
      statement.execute("SAVEPOINT made");
      fill(statement, table);
      if (!input.primaryKey().isEmpty()) {
        schema
            .locks()
            .runAtOnce(statement, "ALTER TABLE %s ADD PRIMARY KEY (%s)".formatted(table, key()));
      }
      statement.execute(
          "ALTER TABLE %s OWNER TO %s".formatted(table, Identifiers.quote(schema.role())));
    }
  }

  private void fill(Statement statement, String table) throws SQLException {
    List<String> values = rows.targets().stream().map(target -> target.as(target.type())).toList();
    try {
      statement.executeLargeUpdate("INSERT INTO %s %s".formatted(table, rows.selecting(values)));
    } catch (SQLException e) {
      if (e.getSQLState() != null && e.getSQLState().startsWith(BAD_VALUE)) {
        statement.execute("ROLLBACK TO SAVEPOINT made");
        requireValues(statement);
      }
      throw e;
    }
  }

  /** Finds the columns whose values do not fit; a value itself is not told. */
  private void requireValues(Statement statement) throws SQLException {
    List<Target> targets = rows.targets();
    List<String> counts =
        targets.stream()
            .map(
                target ->
                    "count(*) FILTER (WHERE NOT pg_input_is_valid(CAST(%s AS text), '%s'))"
                        .formatted(target.value(), target.type()))
            .toList();
    List<String> bad = new ArrayList<>();
    try (ResultSet found = statement.executeQuery(rows.selecting(counts))) {
      found.next();
      for (int i = 0; i < targets.size(); i++) {
        if (found.getLong(i + 1) > 0) {
          bad.add(
              "%d in the column \"%s\" are no %s"
                  .formatted(found.getLong(i + 1), targets.get(i).name(), targets.get(i).type()));
        }
      }
    }
    if (!bad.isEmpty()) {
      throw new PlatformException(
          ErrorCode.WORKSPACE_LOAD_FAILED,
          "The table %s was not loaded, because values do not fit: %s. Where they are empty, convertEmptyValuesToNull helps."
              .formatted(input.label(), String.join("; ", bad)));
    }
  }

  private String definitions() {
    return rows.targets().stream()
        .map(
            target ->
                target.quoted() + " " + target.type() + (target.nullable() ? "" : " NOT NULL"))
        .collect(Collectors.joining(", "));
  }

  private String key() {
    return input.primaryKey().stream().map(Identifiers::quote).collect(Collectors.joining(", "));
  }

  private void requireKey() {
    List<String> unknown =
        input.primaryKey().stream().filter(name -> !rows.names().contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new PlatformException(
          ErrorCode.TABLE_NON_EXISTING_COLUMNS,
          "The primary key of \"%s\" names columns that are not loaded: %s."
              .formatted(input.destination(), String.join(",", unknown)));
    }
  }
}
