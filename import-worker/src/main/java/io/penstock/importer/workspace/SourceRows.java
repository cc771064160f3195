package io.penstock.importer.workspace;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.WorkspaceInput;
import io.penstock.model.job.WorkspaceInput.Column;
import io.penstock.model.table.TableQuery;
import io.penstock.warehouse.CatalogueColumn;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.ColumnSql;
import io.penstock.warehouse.Identifiers;
import io.penstock.warehouse.TableStatement;
import io.penstock.warehouse.WorkspaceTypes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a table's rows look like on their way into a workspace: the statement that reads them, and
 * their columns there. In the statement the source's columns are {@code s1}, {@code s2}, … of the
 * relation {@code s}.
 */
final class SourceRows {
  private static final int LONGEST_NAME = 63;

  /** See PostgreSQL's section 5.6. */
  private static final Set<String> SYSTEM =
      Set.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

  private final String select;
  private final List<String> sourceColumns;
  private final List<Target> targets;

  private SourceRows(String select, List<String> sourceColumns, List<Target> targets) {
    this.select = select;
    this.sourceColumns = sourceColumns;
    this.targets = targets;
  }

  /**
   * A column in the workspace.
   *
   * @param type in PostgreSQL's words
   * @param value what it gets, without a conversion to the type
   */
  record Target(String name, String type, boolean nullable, String value) {
    String quoted() {
      return Identifiers.quote(name);
    }

    /** The value converted to a type. */
    String as(String wanted) {
      return "CAST(%s AS %s)".formatted(value, wanted);
    }
  }

  /**
   * Puts them together.
   *
   * @throws PlatformException {@code TABLE_NON_EXISTING_COLUMNS}; {@code WORKSPACE_LOAD_FAILED} for
   *     names that PostgreSQL cannot have
   */
  static SourceRows of(CatalogueRow source, WorkspaceInput input) {
    TableQuery asked = input.query();
    List<String> readable = asked.columns().isEmpty() ? source.names() : asked.columns();
    List<Column> columns = input.columns();
    if (columns.isEmpty()) {
      columns =
          readable.stream().map(name -> new Column(name, name, null, null, true, false)).toList();
    }
    requireInSource(source, readable, input, columns);
    List<String> names = columns.stream().map(Column::source).distinct().toList();
    TableQuery query =
        new TableQuery(
            names,
            asked.filters(),
            asked.orderBy(),
            asked.changedSince(),
            asked.changedUntil(),
            asked.limit(),
            input.timestamp());
    List<Target> targets = targets(source, columns, names);
    if (input.timestamp()) {
      targets.add(
          new Target(Identifiers.TIMESTAMP, "timestamptz", true, "s.s" + (names.size() + 1)));
    }
    requireNames(input, targets);
    TableStatement statement = TableStatement.asStored(source, query);
    return new SourceRows(statement.copyText(), statement.columns(), targets);
  }

  private static List<Target> targets(
      CatalogueRow source, List<Column> columns, List<String> names) {
    Map<String, Integer> places = new HashMap<>();
    for (String name : names) {
      places.put(name, places.size() + 1);
    }
    return columns.stream()
        .map(column -> target(source, column, "s.s" + places.get(column.source())))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** A type that was not asked for is the one that the column is stored as. */
  private static Target target(CatalogueRow source, Column column, String stored) {
    String type =
        column.type() == null
            ? storedType(source, column)
            : WorkspaceTypes.sql(column.type(), column.length());
    boolean text = column.type() != null || WorkspaceTypes.isText(type);
    String value = text ? "CAST(%s AS text)".formatted(stored) : stored;
    return new Target(
        column.destination(),
        type,
        column.nullable(),
        text && column.emptyIsNull() ? "NULLIF(%s, '')".formatted(value) : value);
  }

  private static String storedType(CatalogueRow source, Column column) {
    CatalogueColumn known = source.column(column.source()).orElseThrow();
    return known.typed() ? ColumnSql.type(known) : "varchar";
  }

  private static void requireInSource(
      CatalogueRow source, List<String> readable, WorkspaceInput input, List<Column> columns) {
    List<String> missing =
        columns.stream()
            .map(Column::source)
            .filter(name -> !readable.contains(name) || source.column(name).isEmpty())
            .distinct()
            .toList();
    if (!missing.isEmpty()) {
      throw new PlatformException(
          ErrorCode.TABLE_NON_EXISTING_COLUMNS,
          "Non-existing columns in the table %s: %s. Its columns: %s."
              .formatted(input.label(), String.join(",", missing), String.join(",", readable)),
          Map.of("missingColumns", missing),
          null);
    }
  }

  private static void requireNames(WorkspaceInput input, List<Target> targets) {
    Set<String> seen = new HashSet<>();
    for (Target target : targets) {
      String name = target.name();
      String problem = null;
      if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
        problem = "is longer than the 63 bytes that PostgreSQL keeps";
      } else if (SYSTEM.contains(name)) {
        problem = "is a system column of PostgreSQL";
      } else if (!seen.add(name)) {
        problem = "is there twice";
      }
      if (problem != null) {
        throw new PlatformException(
            ErrorCode.WORKSPACE_LOAD_FAILED,
            "The table %s was not loaded: the column name \"%s\" %s. Give it another destination in columns."
                .formatted(input.label(), name, problem));
      }
    }
  }

  List<Target> targets() {
    return targets;
  }

  /** Reads the source. */
  String select() {
    return select;
  }

  /** What {@link #select} reads, by the source's own names. */
  List<String> sourceColumns() {
    return sourceColumns;
  }

  /** The same rows where they were copied to, all of them in the same order of columns. */
  SourceRows readFrom(String table) {
    return new SourceRows("SELECT * FROM " + table, sourceColumns, targets);
  }

  List<String> names() {
    return targets.stream().map(Target::name).toList();
  }

  /** {@code SELECT} of these expressions over the source's rows. */
  String selecting(List<String> expressions) {
    String aliases =
        IntStream.rangeClosed(1, sourceColumns.size())
            .mapToObj(place -> "s" + place)
            .collect(Collectors.joining(", "));
    return "SELECT %s FROM (%s) AS s(%s)"
        .formatted(String.join(", ", expressions), select, aliases);
  }
}
