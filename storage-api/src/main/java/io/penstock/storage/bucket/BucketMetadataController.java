package io.penstock.storage.bucket;

import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.metadata.Kind;
import io.penstock.storage.metadata.Metadata;
import io.penstock.storage.metadata.MetadataEntry;
import io.penstock.storage.metadata.MetadataEvents;
import io.penstock.storage.metadata.MetadataParams;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
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

/** Metadata of buckets over HTTP (chapter 2.12). */
@RestController
@RequestMapping("/v2/storage/buckets/{id}/metadata")
class BucketMetadataController {
  private final Buckets buckets;
  private final Metadata metadata;
  private final MetadataEvents events;
  private final Changes changes;

  BucketMetadataController(
      Buckets buckets, Metadata metadata, MetadataEvents events, Changes changes) {
    this.buckets = buckets;
    this.metadata = metadata;
    this.events = events;
    this.changes = changes;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping
  ResponseEntity<Object> list(Caller caller, @PathVariable String id) {
    return Answers.ok(metadata.of(Kind.BUCKET, buckets.require(caller, id, Permission.READ).id()));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping
  ResponseEntity<Object> set(Caller caller, @PathVariable String id, Params params) {
    Bucket bucket = buckets.require(caller, id, Permission.WRITE);
    List<MetadataEntry> entries = MetadataParams.of(params);
    return Answers.created(
        changes.commit(
            201,
            () -> {
              buckets.hold(bucket);
              metadata.set(caller.projectId(), Kind.BUCKET, bucket.id(), entries);
              events.set("bucket", Buckets.object(bucket), entries);
              return metadata.of(Kind.BUCKET, bucket.id());
            }));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @DeleteMapping("/{item}")
  ResponseEntity<Object> remove(Caller caller, @PathVariable String id, @PathVariable String item) {
    Bucket bucket = buckets.require(caller, id, Permission.WRITE);
    changes.commit(
        204,
        () -> {
          metadata.remove(Kind.BUCKET, bucket.id(), "", item);
          events.removed("bucket", Buckets.object(bucket), item);
          return bucket;
        });
    return Answers.noContent();
  }
}
