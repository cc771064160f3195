package io.penstock.storage.metadata;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Params;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Metadata of the only branch over HTTP (chapter 2.12). */
@RestController
@RequestMapping("/v2/storage/branch/{branch}/metadata")
class BranchMetadataController {
  private final Metadata metadata;
  private final MetadataEvents events;
  private final Changes changes;

  BranchMetadataController(Metadata metadata, MetadataEvents events, Changes changes) {
    this.metadata = metadata;
    this.events = events;
    this.changes = changes;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping
  ResponseEntity<Object> list(Caller caller, @PathVariable String branch) {
    return Answers.ok(metadata.of(Kind.BRANCH, required(caller, branch)));
  }

  @Allow(Allow.Right.MANAGE_BUCKETS)
  @PostMapping
  ResponseEntity<Object> set(Caller caller, @PathVariable String branch, Params params) {
    long id = required(caller, branch);
    List<MetadataEntry> entries = MetadataParams.withoutProvider(params);
    return Answers.created(
        changes.commit(
            201,
            () -> {
              metadata.set(caller.projectId(), Kind.BRANCH, id, entries);
              events.set("branch", object(id), entries);
              return metadata.of(Kind.BRANCH, id);
            }));
  }

  @Allow(Allow.Right.MANAGE_BUCKETS)
  @DeleteMapping("/{item}")
  ResponseEntity<Object> remove(
      Caller caller, @PathVariable String branch, @PathVariable String item) {
    long id = required(caller, branch);
    changes.commit(
        204,
        () -> {
          metadata.remove(Kind.BRANCH, id, "", item);
          events.removed("branch", object(id), item);
          return id;
        });
    return Answers.noContent();
  }

  private static long required(Caller caller, String branch) {
    long id = caller.project().branchId();
    if (!branch.equals("default") && !branch.equals(Long.toString(id))) {
      throw new PlatformException(ErrorCode.BRANCH_NOT_FOUND, "Branch not found");
    }
    Call.current().about("branch", Long.toString(id), null);
    return id;
  }

  private static AuditObject object(long id) {
    return new AuditObject("branch", Long.toString(id), null);
  }
}
