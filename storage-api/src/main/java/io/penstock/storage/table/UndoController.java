package io.penstock.storage.table;

import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Params;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Going back by one full load, over HTTP; ours, beyond the contract. */
@RestController
class UndoController {
  private final UndoService service;

  UndoController(UndoService service) {
    this.service = service;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/v2/storage/tables/{id}/undo-import")
  ResponseEntity<Object> undo(Caller caller, @PathVariable String id, Params params) {
    return Answers.job(service.undo(caller, id, params));
  }
}
