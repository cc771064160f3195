package io.penstock.storage.branch;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.branch.Branches.Branch;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Allow.Right;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import io.penstock.storage.web.Timestamps;
import java.util.List;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Contract chapter 2.17: there is the default branch, and no other can be made. */
@RestController
@RequestMapping("/v2/storage/dev-branches")
class BranchController {
  private final Branches branches;

  BranchController(Branches branches) {
    this.branches = branches;
  }

  @GetMapping
  @Allow(Right.ANY_TOKEN)
  ResponseEntity<Object> list(Caller caller) {
    return Answers.ok(List.of(json(branches.ofProject(caller))));
  }

  @GetMapping("/{id}")
  @Allow(Right.ANY_TOKEN)
  ResponseEntity<Object> detail(Caller caller, @PathVariable String id) {
    return Answers.ok(json(branches.require(caller, id)));
  }

  @PutMapping("/{id}")
  @Allow(Right.MANAGE_TOKENS)
  ResponseEntity<Object> update(Caller caller, @PathVariable String id, Params params) {
    return Answers.ok(json(branches.update(caller, id, params)));
  }

  @PostMapping
  @Allow(Right.MANAGE_TOKENS)
  ResponseEntity<Object> create() {
    throw new PlatformException(
        ErrorCode.NOT_IMPLEMENTED, "Development branches are not supported by this installation");
  }

  @DeleteMapping("/{id}")
  @Allow(Right.MANAGE_TOKENS)
  ResponseEntity<Object> delete(Caller caller, @PathVariable String id) {
    branches.refuseDeletion(caller, id);
    return Answers.noContent();
  }

  private static Map<String, Object> json(Branch branch) {
    return new JsonFields()
        .put("id", branch.id())
        .put("name", Branches.NAME)
        .put("description", branch.description())
        .put("created", Timestamps.format(branch.created()))
        .put("isDefault", true)
        .put("creatorToken", Map.of())
        .map();
  }
}
