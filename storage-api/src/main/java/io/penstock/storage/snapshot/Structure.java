package io.penstock.storage.snapshot;

import io.penstock.model.Json;
import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobTask.DefinedColumn;
import io.penstock.storage.metadata.Attribute;
import io.penstock.storage.metadata.MetadataEntry;
import io.penstock.storage.table.Alias;
import io.penstock.storage.table.DataTable;
import io.penstock.storage.table.TableDetails;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot keeps of a table beside its rows.
 *
 * @param table the table's object as its detail showed it, without what belongs to the moment
 * @param types of the columns; empty: untyped
 * @param chosen the columns that an alias was given; null: all, or no alias
 */
record Structure(Map<String, Object> table, List<ColumnType> types, @Nullable List<String> chosen) {
  /** Of the detail, what is not kept: it is of the table that is there now. */
  private static final Set<String> OF_THE_MOMENT = Set.of("bucket", "uri", "path");

  static Structure of(TableDetails.Detailed detailed) {
    JsonFields kept = new JsonFields();
    detailed
        .json()
        .forEach(
            (name, value) ->
                kept.putIf(
                    !OF_THE_MOMENT.contains(name),
                    name,
                    name.equals("sourceTable") ? ofSource(value) : value));
    DataTable table = detailed.table();
    Alias alias = table.alias();
    return new Structure(kept.map(), table.types(), alias == null ? null : alias.chosen());
  }

  /** Who the source is; what is written on its columns is its own, and may be a lender's. */
  private static Map<String, Object> ofSource(Object shown) {
    JsonFields kept = new JsonFields();
    if (shown instanceof Map<?, ?> source) {
      source.forEach(
          (name, value) -> kept.putIf(!name.equals("columnMetadata"), String.valueOf(name), value));
    }
    return kept.map();
  }

  static Structure read(String json) {
    return Json.read(json, Structure.class);
  }

  /** The contract's id that the table had. */
  String label() {
    return String.valueOf(table.get("id"));
  }

  String name() {
    return String.valueOf(table.get("name"));
  }

  boolean isAlias() {
    return Boolean.TRUE.equals(table.get("isAlias"));
  }

  /** The parameters of the creation that makes the alias again: of whatever its source is now. */
  Params aliasDefinition(String name, String displayName) {
    String source = table.get("sourceTable") instanceof Map<?, ?> shown ? text(shown, "id") : "";
    return new Params(
        new JsonFields()
            .put("sourceTable", source)
            .put("name", name)
            .put("displayName", displayName)
            .put("aliasColumns", chosen)
            .put("aliasFilter", table.get("aliasFilter"))
            .map(),
        true);
  }

  List<String> columns() {
    return texts("columns");
  }

  List<String> primaryKey() {
    return texts("primaryKey");
  }

  List<String> indexedColumns() {
    List<String> key = primaryKey();
    return texts("indexedColumns").stream().filter(name -> !key.contains(name)).toList();
  }

  List<DefinedColumn> definition() {
    List<String> names = columns();
    List<DefinedColumn> defined = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      defined.add(new DefinedColumn(names.get(i), types.isEmpty() ? null : types.get(i)));
    }
    return defined;
  }

  List<Attribute> attributes() {
    return objects(table.get("attributes")).stream()
        .map(
            one ->
                new Attribute(
                    text(one, "name"),
                    text(one, "value"),
                    Boolean.TRUE.equals(one.get("protected"))))
        .toList();
  }

  /** Of the table and its columns. */
  List<MetadataEntry> metadata() {
    List<MetadataEntry> entries = new ArrayList<>(metadata("", table.get("metadata")));
    if (table.get("columnMetadata") instanceof Map<?, ?> columns) {
      columns.forEach((name, items) -> entries.addAll(metadata(String.valueOf(name), items)));
    }
    return entries;
  }

  private static List<MetadataEntry> metadata(String column, @Nullable Object items) {
    return objects(items).stream()
        .map(
            item ->
                new MetadataEntry(
                    column, text(item, "provider"), text(item, "key"), text(item, "value")))
        .toList();
  }

  private static String text(Map<?, ?> object, String name) {
    Object value = object.get(name);
    return value == null ? "" : String.valueOf(value);
  }

  private static List<Map<?, ?>> objects(@Nullable Object list) {
    List<Map<?, ?>> objects = new ArrayList<>();
    if (list instanceof List<?> items) {
      for (Object item : items) {
        if (item instanceof Map<?, ?> map) {
          objects.add(map);
        }
      }
    }
    return objects;
  }

  private List<String> texts(String name) {
    return table.get(name) instanceof List<?> items
        ? items.stream().map(String::valueOf).toList()
        : List.of();
  }
}
