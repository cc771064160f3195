package io.penstock.importer.workspace;

import io.penstock.importer.workspace.SourceRows.Target;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.WorkspaceInput;
import io.penstock.warehouse.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table of the workspace's user that rows are added to; the transaction holds it. The writer adds
 * them, so it must hold nothing that would run the user's code with the writer's rights: no
 * trigger, rule, policy, check, generated column, foreign key, expression in an index, nor a type
 * of the user's own. Defaults do not matter, since every column gets a value.
 */
record Existing(String schema, String table) {
  private static final String PLAIN =
      """
      SELECT c.relkind = 'r' AND NOT c.relispartition AND NOT c.relrowsecurity
        AND NOT EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid)
        AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid)
        AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype NOT IN ('p', 'u', 'n'))
        AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL))
        AND NOT EXISTS (SELECT FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
                        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                          AND (a.attgenerated <> '' OR y.typtype <> 'b' OR y.typnamespace <> 'pg_catalog'::regnamespace))
      FROM pg_class c WHERE c.oid = ?::regclass\
      """;

  private static final String COLUMNS =
      """
      SELECT a.attname, format_type(a.atttypid, a.atttypmod),
             coalesce(a.attnum = ANY (i.indkey::smallint[]), false) AS key
      FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
      WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum\
      """;

  private String qualified() {
    return Identifiers.quote(schema) + "." + Identifiers.quote(table);
  }

  /**
   * Looks for code.
   *
   * @throws PlatformException {@code WORKSPACE_LOAD_FAILED}
   */
  void requirePlain(Connection connection, WorkspaceInput input) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(PLAIN)) {
      statement.setString(1, qualified());
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next() || !rows.getBoolean(1)) {
          throw notPlain(input);
        }
      }
    }
  }

  static PlatformException notPlain(WorkspaceInput input) {
    return new PlatformException(
        ErrorCode.WORKSPACE_LOAD_FAILED,
        "The table %s cannot be added to \"%s\": rows are added to plain tables only, without triggers, rules, policies, checks, foreign keys, generated columns, indexes over expressions and types of your own."
            .formatted(input.label(), input.destination()));
  }

  /**
   * Adds the rows; where the table has a primary key, a row of the same key is changed.
   *
   * @throws PlatformException {@code WORKSPACE_COLUMNS_NOT_MATCH}
   */
  void add(Connection connection, WorkspaceInput input, SourceRows rows) throws SQLException {
    Map<String, String> types = new LinkedHashMap<>();
    Set<String> key = new HashSet<>();
    read(connection, types, key);
    requireColumns(input, rows, types);
    List<String> values =
        rows.targets().stream()
            .map(target -> target.as(Objects.requireNonNull(types.get(target.name()))))
            .toList();
    String columns = rows.targets().stream().map(Target::quoted).collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement()) {
      statement.executeLargeUpdate(
          "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE %s%s"
              .formatted(qualified(), columns, rows.selecting(values), onConflict(rows, key)));
    }
  }

  private void read(Connection connection, Map<String, String> types, Set<String> key)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setString(1, qualified());
      try (ResultSet columns = statement.executeQuery()) {
        while (columns.next()) {
          types.put(columns.getString(1), columns.getString(2));
          if (columns.getBoolean(3)) {
            key.add(columns.getString(1));
          }
        }
      }
    }
  }

  private void requireColumns(WorkspaceInput input, SourceRows rows, Map<String, String> types) {
    if (!types.keySet().equals(new HashSet<>(rows.names()))) {
      throw new PlatformException(
          ErrorCode.WORKSPACE_COLUMNS_NOT_MATCH,
          "The table %s has other columns than \"%s\" in the workspace. Columns there: %s. Columns to load: %s."
              .formatted(
                  input.label(),
                  table,
                  String.join(",", types.keySet()),
                  String.join(",", rows.names())));
    }
  }

  private static String onConflict(SourceRows rows, Set<String> key) {
    if (key.isEmpty()) {
      return "";
    }
    List<String> changes = new ArrayList<>();
    for (Target target : rows.targets()) {
      if (!key.contains(target.name())) {
        changes.add("%1$s = excluded.%1$s".formatted(target.quoted()));
      }
    }
    String columns = key.stream().map(Identifiers::quote).collect(Collectors.joining(", "));
    return changes.isEmpty()
        ? " ON CONFLICT (%s) DO NOTHING".formatted(columns)
        : " ON CONFLICT (%s) DO UPDATE SET %s".formatted(columns, String.join(", ", changes));
  }
}
