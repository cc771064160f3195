package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;

/**
 * A column as paths name it: {@code in.c-main.users.name}, cut at the first three dots, since a
 * column's name may have more.
 *
 * @param table the table's label
 */
record ColumnId(String table, String name) {
  private static final int DOTS = 3;

  static ColumnId of(String id) {
    int cut = -1;
    for (int dot = 0; dot < DOTS; dot++) {
      cut = id.indexOf('.', cut + 1);
      if (cut < 0) {
        throw new PlatformException(
            ErrorCode.COLUMN_NOT_FOUND,
            "There is no column of that name: it is {stage}.{bucket}.{table}.{column}");
      }
    }
    return new ColumnId(id.substring(0, cut), id.substring(cut + 1));
  }

  PlatformException notFound() {
    return new PlatformException(
        ErrorCode.COLUMN_NOT_FOUND,
        "The column \"%s\" was not found in the table \"%s\"".formatted(name, table));
  }
}
