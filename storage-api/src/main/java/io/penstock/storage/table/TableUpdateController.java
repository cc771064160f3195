package io.penstock.storage.table;

import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.table.Tables.Located;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Params;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Changes of tables that need no worker, over HTTP (chapter 2.4). */
@RestController
@RequestMapping("/v2/storage/tables/{id}")
class TableUpdateController {
  private final Tables tables;
  private final TableUpdates updates;
  private final IndexedColumns indexed;

  TableUpdateController(Tables tables, TableUpdates updates, IndexedColumns indexed) {
    this.tables = tables;
    this.updates = updates;
    this.indexed = indexed;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PutMapping
  ResponseEntity<Object> update(Caller caller, @PathVariable String id, Params params) {
    Located found = tables.require(caller, id, Permission.WRITE);
    String displayName = TableUpdates.displayName(params);
    return params.flag("async", false)
        ? Answers.job(updates.renameByJob(caller, found, displayName, params))
        : Answers.ok(updates.rename(caller, found, displayName));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/indexed-columns")
  ResponseEntity<Object> index(Caller caller, @PathVariable String id, Params params) {
    DataTable table = tables.require(caller, id, Permission.WRITE).table();
    indexed.add(table, params.text("name", ""));
    return Answers.noContent();
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @DeleteMapping("/indexed-columns/{name}")
  ResponseEntity<Object> removeIndex(
      Caller caller, @PathVariable String id, @PathVariable String name) {
    indexed.remove(tables.require(caller, id, Permission.WRITE).table(), name);
    return Answers.noContent();
  }
}
