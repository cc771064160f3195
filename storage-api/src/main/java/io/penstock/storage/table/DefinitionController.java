package io.penstock.storage.table;

import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Params;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tables by their definition, over HTTP (chapter 2.4). */
@RestController
class DefinitionController {
  private final DefinitionService service;

  DefinitionController(DefinitionService service) {
    this.service = service;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/v2/storage/buckets/{bucket}/tables-definition")
  ResponseEntity<Object> define(Caller caller, @PathVariable String bucket, Params params) {
    return Answers.job(service.define(caller, bucket, params));
  }
}
