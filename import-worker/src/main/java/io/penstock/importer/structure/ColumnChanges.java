package io.penstock.importer.structure;

import io.penstock.importer.structure.Alteration.Way;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobTask.TableChange.AddColumn;
import io.penstock.warehouse.CatalogueColumn;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.ColumnSql;
import io.penstock.warehouse.ColumnValues;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Columns that come and go. */
final class ColumnChanges {
  private ColumnChanges() {}

  /** A constant default is kept in the catalog: no row is rewritten. */
  static Optional<Alteration> added(
      Connection connection, CatalogueRow row, AddColumn task, int maxColumns) throws SQLException {
    String name = task.name();
    if (row.names().stream().anyMatch(name::equalsIgnoreCase)) {
      throw new PlatformException(
          ErrorCode.COLUMN_EXISTS, "The column \"%s\" already exists in the table".formatted(name));
    }
    if (row.columns().size() >= maxColumns) {
      throw new PlatformException(
          ErrorCode.TABLE_TOO_MANY_COLUMNS,
          "The table has %d columns; it may have no more.".formatted(row.columns().size()));
    }
    @Nullable ColumnType type = row.isTyped() ? usable(connection, row, task) : null;
    CatalogueColumn column = new CatalogueColumn(name, "c" + row.nextColumn(), type);
    List<CatalogueColumn> columns = new ArrayList<>(row.columns());
    columns.add(column);
    return Optional.of(
        new Alteration(
            row.restructured(columns, row.primaryKey(), row.nextColumn() + 1),
            Way.BETWEEN_READERS,
            List.of(
                "ALTER TABLE %s ADD COLUMN %s"
                    .formatted(row.table(), ColumnSql.definition(column)))));
  }

  /** The type, when rows that are there can have such a column. */
  private static ColumnType usable(Connection connection, CatalogueRow row, AddColumn task)
      throws SQLException {
    ColumnType type = task.type();
    if (type == null) {
      throw invalid("The table is typed: the column needs a definition or a basetype");
    }
    if (!ColumnValues.isValidDefault(connection, type)) {
      throw invalid(
          "Column %s: its default value is not %s"
              .formatted(task.name(), ColumnValues.named(type)));
    }
    if (!type.nullable() && type.defaultValue() == null && row.rows() > 0) {
      throw invalid(
          "Column %s: the table has rows, so it must be nullable or have a default"
              .formatted(task.name()));
    }
    return type;
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.TABLE_VALIDATION, message);
  }

  /**
   * The column leaves the catalogue, and with that every reader's sight. Its values stay in the
   * generation until that is written anew: dropping them there would not remove them from the disk
   * either, and would break a reader who has just looked the columns up. Its physical name never
   * comes back. Rows to come have no value for it, so it may be NULL from now on.
   */
  static Optional<Alteration> dropped(CatalogueRow row, String name) {
    CatalogueColumn column =
        row.column(name)
            .orElseThrow(
                () ->
                    new PlatformException(
                        ErrorCode.COLUMN_NOT_FOUND,
                        "The column \"%s\" does not exist in the table".formatted(name)));
    if (row.primaryKey().contains(name)) {
      throw new PlatformException(
          ErrorCode.COLUMN_IN_PRIMARY_KEY,
          "The column \"%s\" is part of the primary key; delete the primary key first"
              .formatted(name));
    }
    if (row.columns().size() == 1) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION,
          "The column \"%s\" is the table's last one; delete the table instead".formatted(name));
    }
    List<CatalogueColumn> left =
        row.columns().stream().filter(each -> !each.equals(column)).toList();
    CatalogueRow target = row.restructured(left, row.primaryKey(), row.nextColumn());
    boolean demands =
        column.type() != null && !column.type().nullable() && column.type().defaultValue() == null;
    return Optional.of(
        demands
            ? new Alteration(
                target,
                Way.BETWEEN_READERS,
                List.of(
                    "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL"
                        .formatted(row.table(), column.physical())))
            : new Alteration(target, Way.BESIDE_READERS, List.of()));
  }
}
