package io.penstock.storage.workspace;

import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Allow.Right;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Params;
import io.penstock.storage.workspace.WorkspaceService.Creation;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Workspaces over HTTP (chapter 2.15). */
@RestController
@RequestMapping("/v2/storage/workspaces")
class WorkspaceController {
  private final WorkspaceService service;
  private final WorkspaceLogins logins;
  private final WorkspaceLoads loads;
  private final Workspaces workspaces;
  private final WorkspaceJson json;

  WorkspaceController(
      WorkspaceService service,
      WorkspaceLogins logins,
      WorkspaceLoads loads,
      Workspaces workspaces,
      WorkspaceJson json) {
    this.service = service;
    this.logins = logins;
    this.loads = loads;
    this.workspaces = workspaces;
    this.json = json;
  }

  @Allow(Right.ANY_TOKEN)
  @GetMapping
  ResponseEntity<Object> all(Caller caller) {
    return Answers.ok(workspaces.visible(caller).stream().map(json::of).toList());
  }

  @Allow(Right.ANY_TOKEN)
  @PostMapping
  ResponseEntity<Object> create(Caller caller, Params params) {
    if (params.flag("async", false)) {
      return Answers.job(service.createByJob(caller, params));
    }
    return switch (service.create(caller, params)) {
      case Creation.Made(Workspace workspace, String password) ->
          Answers.created(json.withPassword(workspace, password));
      case Creation.UnderWay(Map<String, Object> job) -> Answers.job(job);
    };
  }

  @Allow(Right.ANY_TOKEN)
  @GetMapping("/{id}")
  ResponseEntity<Object> detail(Caller caller, @PathVariable String id) {
    return Answers.ok(json.of(workspaces.require(caller, id)));
  }

  @Allow(Right.ANY_TOKEN)
  @DeleteMapping("/{id}")
  ResponseEntity<Object> delete(Caller caller, @PathVariable String id, Params params) {
    if (params.flag("async", false)) {
      return Answers.job(service.deleteByJob(caller, id, params));
    }
    service.delete(caller, id);
    return Answers.noContent();
  }

  @Allow(Right.ANY_TOKEN)
  @PostMapping("/{id}/password")
  ResponseEntity<Object> password(Caller caller, @PathVariable String id) {
    return Answers.created(Map.of("password", logins.resetPassword(caller, id)));
  }

  @Allow(Right.ANY_TOKEN)
  @PostMapping("/{id}/load")
  ResponseEntity<Object> load(Caller caller, @PathVariable String id, Params params) {
    return Answers.job(loads.load(caller, id, params));
  }

  @Allow(Right.ANY_TOKEN)
  @PostMapping("/{id}/table-export")
  ResponseEntity<Object> export(Caller caller, @PathVariable String id, Params params) {
    return Answers.job(loads.export(caller, id, params));
  }

  @Allow(Right.ANY_TOKEN)
  @PostMapping("/{id}/credentials")
  ResponseEntity<Object> addLogin(Caller caller, @PathVariable String id) {
    WorkspaceLogins.Made made = logins.add(caller, id);
    return Answers.ok(json.ofLogin(made.workspace(), made.loginId(), made.password()));
  }

  @Allow(Right.ANY_TOKEN)
  @GetMapping("/{id}/credentials/{credentials}")
  ResponseEntity<Object> login(
      Caller caller, @PathVariable String id, @PathVariable String credentials) {
    Workspace workspace = logins.require(caller, id, credentials);
    return Answers.ok(json.ofLogin(workspace, Workspaces.number(credentials), null));
  }

  @Allow(Right.ANY_TOKEN)
  @DeleteMapping("/{id}/credentials/{credentials}")
  ResponseEntity<Object> removeLogin(
      Caller caller, @PathVariable String id, @PathVariable String credentials) {
    logins.remove(caller, id, credentials);
    return Answers.noContent();
  }
}
