package io.penstock.importer.structure;

import io.penstock.importer.structure.Alteration.Way;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.warehouse.CatalogueColumn;
import io.penstock.warehouse.CatalogueRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Columns that come and go. */
final class ColumnChanges {
  private ColumnChanges() {}

  /** A constant default is kept in the catalog: no row is rewritten. */
  static Optional<Alteration> added(CatalogueRow row, String name, int maxColumns) {
    if (row.names().stream().anyMatch(name::equalsIgnoreCase)) {
      throw new PlatformException(
          ErrorCode.COLUMN_EXISTS, "The column \"%s\" already exists in the table".formatted(name));
    }
    if (row.columns().size() >= maxColumns) {
      throw new PlatformException(
          ErrorCode.TABLE_TOO_MANY_COLUMNS,
          "The table has %d columns; it may have no more.".formatted(row.columns().size()));
    }
    CatalogueColumn column = new CatalogueColumn(name, "c" + row.nextColumn());
    List<CatalogueColumn> columns = new ArrayList<>(row.columns());
    columns.add(column);
    return Optional.of(
        new Alteration(
            row.restructured(columns, row.primaryKey(), row.nextColumn() + 1),
            Way.BETWEEN_READERS,
            List.of(
                "ALTER TABLE %s ADD COLUMN %s text NOT NULL DEFAULT ''"
                    .formatted(row.table(), column.physical()))));
  }

  /**
   * The column leaves the catalogue, and with that every reader's sight. Its values stay in the
   * generation until that is written anew: dropping them there would not remove them from the disk
   * either, and would break a reader who has just looked the columns up. Its physical name never
   * comes back.
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
    return Optional.of(
        new Alteration(
            row.restructured(left, row.primaryKey(), row.nextColumn()),
            Way.BESIDE_READERS,
            List.of()));
  }
}
