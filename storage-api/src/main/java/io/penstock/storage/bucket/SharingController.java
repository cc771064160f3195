package io.penstock.storage.bucket;

import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.job.DoneJob;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Included;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** Sharing over HTTP (chapter 2.14). Its jobs need no worker and end with their acceptance. */
@RestController
class SharingController {
  private final Buckets buckets;
  private final SharingService sharing;
  private final LinkService links;
  private final SharedBuckets shared;
  private final BucketViews views;
  private final Jobs jobs;
  private final Changes changes;

  SharingController(
      Buckets buckets,
      SharingService sharing,
      LinkService links,
      SharedBuckets shared,
      BucketViews views,
      Jobs jobs,
      Changes changes) {
    this.buckets = buckets;
    this.sharing = sharing;
    this.links = links;
    this.shared = shared;
    this.views = views;
    this.jobs = jobs;
    this.changes = changes;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/v2/storage/shared-buckets")
  ResponseEntity<Object> list(Caller caller, Params params) {
    return Answers.ok(shared.list(caller, Included.of(params)));
  }

  @Allow(Allow.Right.MANAGE_TOKENS)
  @PostMapping("/v2/storage/buckets/{id}/share-organization")
  ResponseEntity<Object> withOrganization(Caller caller, @PathVariable String id, Params params) {
    return share(caller, id, Sharing.ORGANIZATION, params);
  }

  @Allow(Allow.Right.MANAGE_TOKENS)
  @PostMapping("/v2/storage/buckets/{id}/share-organization-project")
  ResponseEntity<Object> withAllProjects(Caller caller, @PathVariable String id, Params params) {
    return share(caller, id, Sharing.ORGANIZATION_PROJECT, params);
  }

  @Allow(Allow.Right.MANAGE_TOKENS)
  @PostMapping("/v2/storage/buckets/{id}/share-to-projects")
  ResponseEntity<Object> withProjects(Caller caller, @PathVariable String id, Params params) {
    return share(caller, id, Sharing.SPECIFIC_PROJECTS, params);
  }

  @Allow(Allow.Right.MANAGE_TOKENS)
  @PostMapping("/v2/storage/buckets/{id}/share-to-users")
  ResponseEntity<Object> withPeople(Caller caller, @PathVariable String id, Params params) {
    return share(caller, id, Sharing.SPECIFIC_USERS, params);
  }

  private ResponseEntity<Object> share(Caller caller, String id, Sharing how, Params params) {
    buckets.require(caller, id, Permission.MANAGE);
    List<String> named = how.named(params);
    return job(
        caller, id, params, how, how.operation(), () -> sharing.share(caller, id, how, named));
  }

  @Allow(Allow.Right.MANAGE_TOKENS)
  @PutMapping("/v2/storage/buckets/{id}/share")
  ResponseEntity<Object> update(Caller caller, @PathVariable String id, Params params) {
    buckets.require(caller, id, Permission.MANAGE);
    Sharing how = Sharing.of(params.text("sharing", ""));
    List<String> named = how.named(params);
    return job(
        caller, id, params, how, "bucketShareUpdate", () -> sharing.update(caller, id, how, named));
  }

  /** The old way, at once unless asked otherwise; a second time is refused. */
  @Allow(Allow.Right.MANAGE_TOKENS)
  @PostMapping("/v2/storage/buckets/{id}/share")
  ResponseEntity<Object> shareFirst(Caller caller, @PathVariable String id, Params params) {
    buckets.require(caller, id, Permission.MANAGE);
    Sharing how = Sharing.of(params.text("sharing", Sharing.ORGANIZATION.word()));
    List<String> named = how.named(params);
    if (params.flag("async", false)) {
      return job(
          caller,
          id,
          params,
          how,
          how.operation(),
          () -> sharing.shareFirst(caller, id, how, named));
    }
    Bucket bucket = changes.commit(200, () -> sharing.shareFirst(caller, id, how, named));
    return Answers.ok(whole(caller, bucket));
  }

  @Allow(Allow.Right.MANAGE_TOKENS)
  @DeleteMapping("/v2/storage/buckets/{id}/share")
  ResponseEntity<Object> unshare(Caller caller, @PathVariable String id, Params params) {
    return job(
        caller,
        id,
        params,
        null,
        "bucketRemoveShare",
        () -> {
          sharing.unshare(caller, id);
          return null;
        });
  }

  @Allow(Allow.Right.MANAGE_TOKENS)
  @DeleteMapping("/v2/storage/buckets/{id}/links/{project}")
  ResponseEntity<Object> forceUnlink(
      Caller caller, @PathVariable String id, @PathVariable long project, Params params) {
    if (params.flag("async", false)) {
      return job(
          caller,
          id,
          params,
          null,
          "bucketForceUnlink",
          () -> {
            links.forceUnlink(caller, id, project);
            return null;
          });
    }
    changes.commit(
        204,
        () -> {
          links.forceUnlink(caller, id, project);
          return project;
        });
    return Answers.noContent();
  }

  private ResponseEntity<Object> job(
      Caller caller,
      String id,
      Params params,
      @Nullable Sharing how,
      String operation,
      Supplier<@Nullable Bucket> change) {
    return Answers.job(
        jobs.submitDone(
            params,
            () -> {
              Bucket bucket = change.get();
              return new DoneJob(
                  operation,
                  new JsonFields()
                      .put("bucketId", id)
                      .putIf(how != null, "sharing", how == null ? null : how.word())
                      .put("queue", "main")
                      .map(),
                  null,
                  null,
                  bucket == null ? null : bucket.id(),
                  bucket == null ? null : whole(caller, bucket));
            }));
  }

  private Map<String, Object> whole(Caller caller, Bucket bucket) {
    return views.whole(bucket, caller.project(), Call.current().baseUrl()).map();
  }
}
