package io.penstock.storage.table;

import io.penstock.storage.access.Caller;
import io.penstock.storage.table.Tables.Located;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Params;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Aliases over HTTP (chapter 2.11). */
@RestController
class AliasController {
  private final NewAliases creation;
  private final AliasService service;
  private final TableViews views;

  AliasController(NewAliases creation, AliasService service, TableViews views) {
    this.creation = creation;
    this.service = service;
    this.views = views;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/v2/storage/buckets/{bucket}/table-aliases")
  ResponseEntity<Object> create(Caller caller, @PathVariable String bucket, Params params) {
    return Answers.created(detail(caller, creation.create(caller, bucket, params)));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/v2/storage/tables/{id}/alias-filter")
  ResponseEntity<Object> setFilter(Caller caller, @PathVariable String id, Params params) {
    return Answers.ok(detail(caller, service.setFilter(caller, id, params)));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @DeleteMapping("/v2/storage/tables/{id}/alias-filter")
  ResponseEntity<Object> removeFilter(Caller caller, @PathVariable String id) {
    service.removeFilter(caller, id);
    return Answers.noContent();
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/v2/storage/tables/{id}/alias-columns-auto-sync")
  ResponseEntity<Object> syncColumns(Caller caller, @PathVariable String id) {
    service.syncColumns(caller, id);
    return Answers.noContent();
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @DeleteMapping("/v2/storage/tables/{id}/alias-columns-auto-sync")
  ResponseEntity<Object> fixColumns(Caller caller, @PathVariable String id) {
    service.fixColumns(caller, id);
    return Answers.noContent();
  }

  private Object detail(Caller caller, Located found) {
    return views.detail(found.table(), found.bucket(), caller.project(), Call.current().baseUrl());
  }
}
