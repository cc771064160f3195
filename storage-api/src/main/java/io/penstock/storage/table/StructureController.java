package io.penstock.storage.table;

import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Params;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What changes a table's structure or rows without a file, over HTTP (chapter 2.4). */
@RestController
@RequestMapping("/v2/storage/tables/{id}")
class StructureController {
  private final StructureService service;

  StructureController(StructureService service) {
    this.service = service;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/columns")
  ResponseEntity<Object> addColumn(Caller caller, @PathVariable String id, Params params) {
    return Answers.job(service.addColumn(caller, id, params));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @DeleteMapping("/columns/{name}")
  ResponseEntity<Object> deleteColumn(
      Caller caller, @PathVariable String id, @PathVariable String name, Params params) {
    return Answers.job(service.deleteColumn(caller, id, name, params));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/primary-key")
  ResponseEntity<Object> addPrimaryKey(Caller caller, @PathVariable String id, Params params) {
    return Answers.job(service.addPrimaryKey(caller, id, params));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @DeleteMapping("/primary-key")
  ResponseEntity<Object> deletePrimaryKey(Caller caller, @PathVariable String id, Params params) {
    return Answers.job(service.deletePrimaryKey(caller, id, params));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @DeleteMapping("/rows")
  ResponseEntity<Object> deleteRows(Caller caller, @PathVariable String id, Params params) {
    return Answers.job(service.deleteRows(caller, id, params));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/optimize")
  ResponseEntity<Object> optimise(Caller caller, @PathVariable String id, Params params) {
    return Answers.job(service.optimise(caller, id, params));
  }
}
