package io.penstock.importer.load;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.DefinedColumn;
import io.penstock.warehouse.CatalogueColumn;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.ColumnNames;
import io.penstock.warehouse.Identifiers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which field of the file goes into which column.
 *
 * @param file the columns in the file's order, without {@code _timestamp}
 * @param table the table's columns in its order, the added ones last
 * @param added columns that the file brought
 * @param primaryKey names
 * @param nextColumn ordinal for the next physical column
 * @param timeField the field that becomes the rows' {@code _timestamp}, from 1; 0: the time of the
 *     load does
 */
record ColumnPlan(
    List<CatalogueColumn> file,
    List<CatalogueColumn> table,
    List<CatalogueColumn> added,
    List<String> primaryKey,
    int nextColumn,
    int timeField) {

  ColumnPlan(
      List<CatalogueColumn> file,
      List<CatalogueColumn> table,
      List<CatalogueColumn> added,
      List<String> primaryKey,
      int nextColumn) {
    this(file, table, added, primaryKey, nextColumn, 0);
  }

  /** A new table as its file has it. */
  static ColumnPlan forNewTable(List<String> names, List<String> primaryKey) {
    ColumnNames.requireDistinct(names);
    List<CatalogueColumn> columns = new ArrayList<>();
    for (String name : names) {
      columns.add(new CatalogueColumn(name, "c" + (columns.size() + 1)));
    }
    List<String> unknown = primaryKey.stream().filter(name -> !names.contains(name)).toList();
    if (!unknown.isEmpty() || new HashSet<>(primaryKey).size() < primaryKey.size()) {
      throw new PlatformException(
          ErrorCode.TABLE_INVALID_PRIMARY_KEY,
          "The primary key names columns that the file does not have, or one twice: %s. Columns: %s."
              .formatted(String.join(",", primaryKey), String.join(",", names)));
    }
    return new ColumnPlan(columns, columns, columns, primaryKey, columns.size() + 1);
  }

  /**
   * The columns that a table had at another time, whatever it has now.
   *
   * @param first ordinal of the first of them
   */
  static ColumnPlan restored(List<DefinedColumn> defined, List<String> primaryKey, int first) {
    List<CatalogueColumn> columns = new ArrayList<>();
    for (DefinedColumn column : defined) {
      columns.add(
          new CatalogueColumn(column.name(), "c" + (first + columns.size()), column.type()));
    }
    return new ColumnPlan(columns, columns, columns, primaryKey, first + columns.size());
  }

  /**
   * Matches the file's names to the table's: exactly first, then in any case; what is left is added
   * to the table, unless it is a name of the table's, or of the file's, in other letters.
   *
   * @param anyCase whether a name that differs in its letters' case is the same
   * @param partial columns of the table may be missing, but for those of the key
   * @throws PlatformException {@code CSV_COLUMNS_NOT_MATCH} when a column of the table is not in
   *     the file, or a typed table lacks one of the file's; {@code TABLE_INVALID_COLUMN_NAME} when
   *     the table would get two columns that differ in their letters' case only
   */
  static ColumnPlan forTable(
      CatalogueRow table,
      List<String> names,
      String delimiter,
      int maxColumns,
      boolean partial,
      boolean anyCase) {
    Set<String> free = new HashSet<>(table.names());
    free.removeAll(new HashSet<>(names));
    List<CatalogueColumn> file = new ArrayList<>();
    List<CatalogueColumn> added = new ArrayList<>();
    for (String name : names) {
      Optional<CatalogueColumn> known =
          table.column(name).or(() -> anyCase ? inAnyCase(table, name, free) : Optional.empty());
      file.add(
          known.orElseGet(
              () -> {
                var column = new CatalogueColumn(name, "c" + (table.nextColumn() + added.size()));
                added.add(column);
                return column;
              }));
    }
    if (partial) {
      free.retainAll(table.primaryKey());
    }
    if (!free.isEmpty()) {
      throw missing(table, free, delimiter);
    }
    List<CatalogueColumn> all = new ArrayList<>(table.columns());
    for (CatalogueColumn column : added) {
      requireNew(column, all);
      all.add(column);
    }
    if (table.isTyped() && !added.isEmpty()) {
      throw unknown(table, added);
    }
    if (all.size() > maxColumns) {
      throw new PlatformException(
          ErrorCode.TABLE_TOO_MANY_COLUMNS,
          "With the file's new columns the table would have %d; it may have %d."
              .formatted(all.size(), maxColumns));
    }
    return new ColumnPlan(file, all, added, table.primaryKey(), table.nextColumn() + added.size());
  }

  /** The same for a file that has the rows' times in this field besides, from 1; 0: it has none. */
  ColumnPlan withTimesIn(int field) {
    return new ColumnPlan(file, table, added, primaryKey, nextColumn, field);
  }

  /** Whether the file says the rows' times. */
  boolean hasTimes() {
    return timeField > 0;
  }

  private static void requireNew(CatalogueColumn added, List<CatalogueColumn> columns) {
    for (CatalogueColumn column : columns) {
      if (column.name().equalsIgnoreCase(added.name())) {
        throw ColumnNames.sameInAnyCase(added.name(), column.name());
      }
    }
  }

  private static Optional<CatalogueColumn> inAnyCase(
      CatalogueRow table, String name, Set<String> free) {
    return table.columns().stream()
        .filter(column -> column.name().equalsIgnoreCase(name) && free.remove(column.name()))
        .findFirst();
  }

  private static PlatformException missing(
      CatalogueRow table, Set<String> missing, String delimiter) {
    List<String> inOrder = table.names().stream().filter(missing::contains).toList();
    return new PlatformException(
        ErrorCode.CSV_COLUMNS_NOT_MATCH,
        "Some columns are missing in the csv file. Missing columns: %s. Expected columns: %s. Please check if the expected delimiter \"%s\" is used in the csv file."
            .formatted(String.join(",", inOrder), String.join(",", table.names()), delimiter),
        Map.of("missingColumns", inOrder, "expectedColumns", table.names()),
        null);
  }

  private static PlatformException unknown(CatalogueRow table, List<CatalogueColumn> added) {
    List<String> names = added.stream().map(CatalogueColumn::name).toList();
    return new PlatformException(
        ErrorCode.CSV_COLUMNS_NOT_MATCH,
        "Some columns of the csv file are not in the table, and a typed table gets none from a file. Unknown columns: %s. Expected columns: %s. Add them with their types, or remove them from the file."
            .formatted(String.join(",", names), String.join(",", table.names())),
        Map.of("unknownColumns", names, "expectedColumns", table.names()),
        null);
  }

  /** The key's physical columns in its order. */
  List<String> physicalKey() {
    return primaryKey.stream()
        .map(
            name ->
                table.stream()
                    .filter(column -> column.name().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .physical())
        .toList();
  }

  /** Names of the table's columns that the file lacks, in the table's order. */
  List<String> missingNames() {
    return table.stream()
        .filter(column -> !file.contains(column))
        .map(CatalogueColumn::name)
        .toList();
  }

  /** Names in the file's order, without {@code _timestamp}. */
  List<String> fileNames() {
    return file.stream().map(CatalogueColumn::name).toList();
  }

  /** Names of all of the file's fields. */
  List<String> fieldNames() {
    return withTime(fileNames());
  }

  /** Columns that the file's fields are copied into. */
  List<String> physicalFields() {
    return withTime(file.stream().map(CatalogueColumn::physical).toList());
  }

  /** How many fields a record has. */
  int fields() {
    return file.size() + (hasTimes() ? 1 : 0);
  }

  private List<String> withTime(List<String> columns) {
    if (!hasTimes()) {
      return columns;
    }
    List<String> all = new ArrayList<>(columns);
    all.add(timeField - 1, Identifiers.TIMESTAMP);
    return all;
  }
}
