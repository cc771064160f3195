package io.penstock.storage.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.job.BaseType;
import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobTask.DefinedColumn;
import io.penstock.storage.web.Params;
import io.penstock.warehouse.ColumnNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * The checked parameters of {@code tables-definition} (chapter 2.4). A table is typed as soon as
 * one of its columns is: one without a type then is a STRING.
 */
record NewDefinition(String name, List<DefinedColumn> columns, List<String> primaryKey) {
  /** A worker that was set to make fewer refuses the rest in its job. */
  private static final int MAX_COLUMNS = 1000;

  /** With all else that is in it, the job's message stays below what a queue takes. */
  private static final int MAX_BYTES = 180_000;

  private static final ColumnType ANY_TEXT = new ColumnType(BaseType.STRING, null, true, null);

  static NewDefinition of(Params params) {
    String name = TableNames.name(params);
    List<Params> given = params.objects("columns");
    List<String> names =
        ColumnNames.cleanAll(
            given.stream().map(column -> column.text("name", "")).toList(), MAX_COLUMNS);
    ColumnNames.requireDistinct(names);
    List<String> key = primaryKey(params, names);
    List<Optional<ColumnType>> types = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      types.add(TypeParams.read(names.get(i), given.get(i)));
    }
    return new NewDefinition(name, columns(names, types, key), key);
  }

  private static List<DefinedColumn> columns(
      List<String> names, List<Optional<ColumnType>> types, List<String> key) {
    boolean typed = types.stream().anyMatch(Optional::isPresent);
    List<DefinedColumn> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      ColumnType type = types.get(i).orElse(ANY_TEXT);
      boolean inKey = key.contains(names.get(i));
      columns.add(new DefinedColumn(names.get(i), !typed ? null : inKey ? type.notNull() : type));
    }
    if (Json.write(columns).getBytes(UTF_8).length > MAX_BYTES) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION,
          "The definition is too large: %d bytes for all names, types and defaults together."
              .formatted(MAX_BYTES));
    }
    return columns;
  }

  /** The key may name columns as they were given, or as they are after cleaning. */
  private static List<String> primaryKey(Params params, List<String> names) {
    List<String> key =
        params.list("primaryKeysNames").stream()
            .filter(name -> !name.isEmpty())
            .map(name -> names.contains(name) ? name : ColumnNames.clean(name))
            .toList();
    boolean usable =
        key.size() <= ColumnNames.MAX_KEY
            && new HashSet<>(key).size() == key.size()
            && names.containsAll(key);
    if (!usable) {
      throw new PlatformException(
          ErrorCode.TABLE_INVALID_PRIMARY_KEY,
          "primaryKeysNames names a column that the definition does not have, one twice, or too many. Columns: %s."
              .formatted(String.join(",", names)));
    }
    return key;
  }
}
