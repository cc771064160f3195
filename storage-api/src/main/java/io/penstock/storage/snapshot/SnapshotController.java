package io.penstock.storage.snapshot;

import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Params;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Snapshots over HTTP (chapters 2.10 and, for rolling back, 2.4). */
@RestController
@RequestMapping("/v2/storage")
class SnapshotController {
  private final SnapshotService service;

  SnapshotController(SnapshotService service) {
    this.service = service;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/tables/{id}/snapshots")
  ResponseEntity<Object> create(Caller caller, @PathVariable String id, Params params) {
    return Answers.job(service.create(caller, id, params));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/tables/{id}/snapshots")
  ResponseEntity<Object> list(Caller caller, @PathVariable String id, Params params) {
    String baseUrl = Call.current().baseUrl();
    return Answers.ok(
        service.list(caller, id, params).stream()
            .map(snapshot -> SnapshotJson.listed(snapshot, baseUrl))
            .toList());
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/snapshots/{id}")
  ResponseEntity<Object> detail(Caller caller, @PathVariable long id) {
    return Answers.ok(
        SnapshotJson.detail(service.requireReadable(caller, id), Call.current().baseUrl()));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @DeleteMapping("/snapshots/{id}")
  ResponseEntity<Object> delete(Caller caller, @PathVariable long id, Params params) {
    return Answers.job(service.delete(caller, id, params));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/tables/{id}/rollback")
  ResponseEntity<Object> rollBack(Caller caller, @PathVariable String id, Params params) {
    return Answers.job(service.rollBack(caller, id, params));
  }
}
