package io.penstock.storage.table;

import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.metadata.Attribute;
import io.penstock.storage.metadata.AttributeParams;
import io.penstock.storage.metadata.Attributes;
import io.penstock.storage.metadata.Kind;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Attributes of tables over HTTP (chapter 2.4); whoever sets some gets all of them back. */
@RestController
@RequestMapping("/v2/storage/tables/{id}/attributes")
class TableAttributeController {
  private final Tables tables;
  private final TableRows rows;
  private final Attributes attributes;
  private final Changes changes;

  TableAttributeController(Tables tables, TableRows rows, Attributes attributes, Changes changes) {
    this.tables = tables;
    this.rows = rows;
    this.attributes = attributes;
    this.changes = changes;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/{key}")
  ResponseEntity<Object> set(
      Caller caller, @PathVariable String id, @PathVariable String key, Params params) {
    DataTable table = tables.require(caller, id, Permission.WRITE).table();
    Attribute attribute = AttributeParams.one(key, params);
    return changed(
        table, () -> attributes.set(caller, Kind.TABLE, table.id(), table.object(), attribute));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping
  ResponseEntity<Object> replace(Caller caller, @PathVariable String id, Params params) {
    DataTable table = tables.require(caller, id, Permission.WRITE).table();
    List<Attribute> all = AttributeParams.all(params);
    return changed(
        table, () -> attributes.replace(caller, Kind.TABLE, table.id(), table.object(), all));
  }

  private ResponseEntity<Object> changed(DataTable table, Runnable change) {
    List<Map<String, Object>> all =
        changes.commit(
            200,
            () -> {
              if (!rows.holds(table.id())) {
                throw Tables.notFound(table.label(), table.projectId());
              }
              change.run();
              return attributes.of(Kind.TABLE, table.id());
            });
    return Answers.ok(all);
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @DeleteMapping("/{key}")
  ResponseEntity<Object> remove(Caller caller, @PathVariable String id, @PathVariable String key) {
    DataTable table = tables.require(caller, id, Permission.WRITE).table();
    changes.commit(
        204,
        () -> {
          attributes.remove(caller, Kind.TABLE, table.id(), table.object(), key);
          return table;
        });
    return Answers.noContent();
  }
}
