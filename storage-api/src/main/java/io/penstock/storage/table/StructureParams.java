package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.ColumnType;
import io.penstock.model.table.TableQuery;
import io.penstock.storage.job.JobParams;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import io.penstock.warehouse.ColumnNames;
import io.penstock.warehouse.Identifiers;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The checked parameters of changes of a table's structure and rows (chapter 2.4). */
final class StructureParams {
  private static final List<String> FILTERS =
      List.of(
          "changedSince",
          "changedUntil",
          "days",
          "seconds",
          "whereColumn",
          "whereOperator",
          "whereValues",
          "whereFilters",
          "allowTruncate");

  private StructureParams() {}

  /** The name, cleaned as those of files are. */
  static String newColumn(Params params, DataTable table) {
    String given = params.text("name", "");
    String name = ColumnNames.clean(given);
    if (given.strip().toLowerCase(Locale.ROOT).equals(Identifiers.TIMESTAMP)) {
      throw invalidName("_timestamp is reserved");
    }
    if (name.isEmpty()) {
      throw invalidName("it needs at least one letter or digit");
    }
    if (name.length() > ColumnNames.MAX_LENGTH) {
      throw invalidName("it may have %d characters at most".formatted(ColumnNames.MAX_LENGTH));
    }
    if (table.columns().stream().anyMatch(name::equalsIgnoreCase)) {
      throw new PlatformException(
          ErrorCode.COLUMN_EXISTS, "The column \"%s\" already exists in the table".formatted(name));
    }
    return name;
  }

  /** Empty for an untyped table, which takes no notice of types. */
  static Optional<ColumnType> newType(Params params, String name, DataTable table) {
    if (!table.isTyped()) {
      return Optional.empty();
    }
    ColumnType type =
        TypeParams.read(name, params)
            .orElseThrow(
                () ->
                    new PlatformException(
                        ErrorCode.TABLE_VALIDATION,
                        "The table is typed: the column needs a definition or a basetype"));
    if (!type.nullable() && type.defaultValue() == null && table.rows() > 0) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION,
          "Column %s: the table has rows, so it must be nullable or have a default"
              .formatted(name));
    }
    return Optional.of(type);
  }

  static void requireDroppable(String name, DataTable table) {
    if (!table.columns().contains(name)) {
      throw new PlatformException(
          ErrorCode.COLUMN_NOT_FOUND,
          "The column \"%s\" does not exist in the table".formatted(shortened(name)));
    }
    if (table.primaryKey().contains(name)) {
      throw new PlatformException(
          ErrorCode.COLUMN_IN_PRIMARY_KEY,
          "The column \"%s\" is part of the primary key; delete the primary key first"
              .formatted(name));
    }
    if (table.columns().size() == 1) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION,
          "The column \"%s\" is the table's last one; delete the table instead".formatted(name));
    }
  }

  static List<String> newKey(Params params, DataTable table) {
    if (!table.primaryKey().isEmpty()) {
      throw new PlatformException(
          ErrorCode.PRIMARY_KEY_EXISTS,
          "The table already has the primary key %s; delete it first"
              .formatted(String.join(",", table.primaryKey())));
    }
    List<String> columns = params.list("columns").stream().filter(name -> !name.isEmpty()).toList();
    if (columns.isEmpty() || columns.size() > ColumnNames.MAX_KEY) {
      throw invalidKey(
          "columns must name 1 to %d of the table's columns".formatted(ColumnNames.MAX_KEY));
    }
    for (String name : columns) {
      if (!table.columns().contains(name)) {
        throw invalidKey(
            "columns: the column \"%s\" does not exist in the table".formatted(shortened(name)));
      }
    }
    if (new HashSet<>(columns).size() < columns.size()) {
      throw invalidKey("columns names one of them twice");
    }
    return columns;
  }

  /**
   * Which rows are to go. A value without its column, or what only readers can ask for, is a
   * mistake that must not cost more rows than were meant; nor must a new client's empty body,
   * unless it says so.
   */
  static TableQuery doomedRows(Params params, DataTable table, Instant now) {
    if (params.text("whereColumn", "").isEmpty() && !params.list("whereValues").isEmpty()) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION, "whereValues needs whereColumn; nothing was deleted");
    }
    for (String reading : List.of("limit", "fulltextSearch")) {
      if (!params.text(reading, "").isEmpty()) {
        throw new PlatformException(
            ErrorCode.TABLE_VALIDATION,
            reading + " does not choose rows to delete; nothing was deleted");
      }
    }
    if (params.objects("whereFilters").stream()
        .anyMatch(filter -> filter.has("valuesByTableInWorkspace"))) {
      throw new PlatformException(
          ErrorCode.NOT_IMPLEMENTED, "whereFilters: valuesByTableInWorkspace is not supported");
    }
    TableQuery asked = FilterParams.read(params, table.columns(), null, now);
    if (asked.choosesAllRows() && params.isJson() && !params.flag("allowTruncate", false)) {
      throw new PlatformException(
          ErrorCode.UNINTENDED_TRUNCATION,
          "Without a filter all rows of the table would be deleted; set allowTruncate if that is"
              + " meant");
    }
    return new TableQuery(
        List.of(),
        asked.filters(),
        List.of(),
        asked.changedSince(),
        asked.changedUntil(),
        null,
        false);
  }

  /** The filters as they were given. */
  static JsonFields shownFilters(Params params) {
    JsonFields shown = new JsonFields();
    FILTERS.stream()
        .filter(params::has)
        .forEach(name -> shown.put(name, JobParams.shortened(params.all().get(name))));
    return shown;
  }

  private static String shortened(String name) {
    int most = 2 * ColumnNames.MAX_LENGTH;
    return name.length() > most ? name.substring(0, most) + "…" : name;
  }

  private static PlatformException invalidName(String reason) {
    return new PlatformException(ErrorCode.COLUMN_INVALID_NAME, "Invalid column name: " + reason);
  }

  private static PlatformException invalidKey(String message) {
    return new PlatformException(ErrorCode.PRIMARY_KEY_VALIDATION, message);
  }
}
