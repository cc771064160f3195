package io.penstock.storage.bucket;

import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.job.DoneJob;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Included;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.util.Objects;
import java.util.Set;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Buckets over HTTP (chapter 2.3). */
@RestController
@RequestMapping("/v2/storage/buckets")
class BucketController {
  /** Any of these makes {@code tables} of a detail a list; otherwise it is an address. */
  private static final Set<String> TABLE_PARTS =
      Set.of(
          "tables",
          "metadata",
          "columns",
          "columnMetadata",
          "sourceMetadata",
          "sourceColumnMetadata");

  private final Buckets buckets;
  private final BucketService service;
  private final BucketViews views;
  private final TablesInBucket tables;
  private final Jobs jobs;

  BucketController(
      Buckets buckets, BucketService service, BucketViews views, TablesInBucket tables, Jobs jobs) {
    this.buckets = buckets;
    this.service = service;
    this.views = views;
    this.tables = tables;
    this.jobs = jobs;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping
  ResponseEntity<Object> list(Caller caller, Params params) {
    Call.current().tell(Event.of("storage.bucketListed", "Listed buckets", AuditObject.NONE));
    return Answers.ok(
        views.list(
            buckets.readable(caller),
            Included.of(params),
            caller.project(),
            Call.current().baseUrl()));
  }

  @Allow(Allow.Right.MANAGE_BUCKETS)
  @PostMapping
  ResponseEntity<Object> create(Caller caller, Params params) {
    NewBucket asked = NewBucket.of(params, caller.project().backendLabel());
    Call.current().about("bucket", asked.stage() + "." + asked.name(), asked.name());
    if (asked.source() != null && params.flag("async", false)) {
      return Answers.job(jobs.submitDone(params, () -> linking(caller, asked)));
    }
    return Answers.created(whole(caller, service.create(caller, asked)).map());
  }

  /** Needs no worker: a linked bucket shows what is there. */
  private DoneJob linking(Caller caller, NewBucket asked) {
    Bucket bucket = service.insert(caller, asked);
    return new DoneJob(
        "bucketLink",
        new JsonFields()
            .put("stage", asked.stage())
            .put("name", asked.name())
            .put("displayName", asked.displayName())
            .put("sourceProjectId", Objects.requireNonNull(asked.source()).projectId())
            .put("sourceBucketId", asked.source().label())
            .put("queue", "main")
            .map(),
        null,
        null,
        bucket.id(),
        whole(caller, bucket).map());
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/{id}")
  ResponseEntity<Object> detail(Caller caller, @PathVariable String id, Params params) {
    Bucket bucket = buckets.require(caller, id, Permission.READ);
    Call.current()
        .tell(
            Event.of(
                "storage.bucketDetail",
                "Detail of bucket " + id,
                new AuditObject("bucket", id, bucket.name())));
    Included included = Included.of(params);
    JsonFields json = whole(caller, bucket);
    if (included.parts().stream().anyMatch(TABLE_PARTS::contains)) {
      json.put("tables", tables.list(caller, bucket, included));
    }
    return Answers.ok(json.map());
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @DeleteMapping("/{id}")
  ResponseEntity<Object> delete(Caller caller, @PathVariable String id, Params params) {
    boolean force = params.flag("force", false);
    if (params.flag("async", false)) {
      return Answers.job(
          jobs.submit(
              params, () -> service.hide(buckets.require(caller, id, Permission.MANAGE), force)));
    }
    service.delete(buckets.require(caller, id, Permission.MANAGE), force);
    return Answers.noContent();
  }

  private JsonFields whole(Caller caller, Bucket bucket) {
    return views.whole(bucket, caller.project(), Call.current().baseUrl());
  }
}
