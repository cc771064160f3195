package io.penstock.storage.table;

import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.metadata.Kind;
import io.penstock.storage.metadata.Metadata;
import io.penstock.storage.metadata.MetadataEntry;
import io.penstock.storage.metadata.MetadataParams;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Metadata of tables and columns over HTTP (chapter 2.12). What a table's POST answers depends on
 * the body that came: PHP sends a form and wants a list, all others send JSON and want both parts.
 */
@RestController
class TableMetadataController {
  private static final String TABLE = "/v2/storage/tables/{id}/metadata";
  private static final String COLUMN = "/v2/storage/columns/{id}/metadata";

  private final Tables tables;
  private final Metadata metadata;
  private final TableMetadata service;

  TableMetadataController(Tables tables, Metadata metadata, TableMetadata service) {
    this.tables = tables;
    this.metadata = metadata;
    this.service = service;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping(TABLE)
  ResponseEntity<Object> ofTable(Caller caller, @PathVariable String id) {
    DataTable table = tables.require(caller, id, Permission.READ).table();
    return Answers.ok(metadata.of(Kind.TABLE, table.id()));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping(TABLE)
  ResponseEntity<Object> setOfTable(Caller caller, @PathVariable String id, Params params) {
    DataTable table = tables.require(caller, id, Permission.WRITE).table();
    List<MetadataEntry> entries = MetadataParams.ofTable(params);
    return Answers.created(
        service.set(
            table,
            entries,
            () -> params.isJson() ? both(table.id()) : metadata.of(Kind.TABLE, table.id())));
  }

  private Map<String, Object> both(long tableId) {
    return new JsonFields()
        .put("metadata", metadata.of(Kind.TABLE, tableId))
        .put(
            "columnsMetadata", metadata.ofColumns(List.of(tableId)).getOrDefault(tableId, Map.of()))
        .map();
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @DeleteMapping(TABLE + "/{item}")
  ResponseEntity<Object> removeOfTable(
      Caller caller, @PathVariable String id, @PathVariable String item) {
    service.remove(tables.require(caller, id, Permission.WRITE).table(), "", item);
    return Answers.noContent();
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping(COLUMN)
  ResponseEntity<Object> ofColumn(Caller caller, @PathVariable String id) {
    ColumnId column = ColumnId.of(id);
    DataTable table = service.requireColumn(caller, column, Permission.READ);
    return Answers.ok(metadata.ofColumn(table.id(), column.name()));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping(COLUMN)
  ResponseEntity<Object> setOfColumn(Caller caller, @PathVariable String id, Params params) {
    ColumnId column = ColumnId.of(id);
    DataTable table = service.requireColumn(caller, column, Permission.WRITE);
    List<MetadataEntry> entries =
        MetadataParams.of(params).stream().map(entry -> entry.ofColumn(column.name())).toList();
    return Answers.created(
        service.set(table, entries, () -> metadata.ofColumn(table.id(), column.name())));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @DeleteMapping(COLUMN + "/{item}")
  ResponseEntity<Object> removeOfColumn(
      Caller caller, @PathVariable String id, @PathVariable String item) {
    ColumnId column = ColumnId.of(id);
    service.remove(service.requireColumn(caller, column, Permission.WRITE), column.name(), item);
    return Answers.noContent();
  }
}
