package io.penstock.storage.bucket;

import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.metadata.Attribute;
import io.penstock.storage.metadata.AttributeParams;
import io.penstock.storage.metadata.Attributes;
import io.penstock.storage.metadata.Kind;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Attributes of buckets over HTTP (chapter 2.3); whoever sets some gets all of them back. */
@RestController
@RequestMapping("/v2/storage/buckets/{id}/attributes")
class BucketAttributeController {
  private final Buckets buckets;
  private final Attributes attributes;
  private final Changes changes;

  BucketAttributeController(Buckets buckets, Attributes attributes, Changes changes) {
    this.buckets = buckets;
    this.attributes = attributes;
    this.changes = changes;
  }

  /** What a linked bucket is said to be is its lender's. */
  private Bucket writable(Caller caller, String id) {
    Bucket bucket = buckets.require(caller, id, Permission.MANAGE);
    if (bucket.isLinked()) {
      throw Caller.accessDenied();
    }
    return bucket;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/{key}")
  ResponseEntity<Object> set(
      Caller caller, @PathVariable String id, @PathVariable String key, Params params) {
    Bucket bucket = writable(caller, id);
    Attribute attribute = AttributeParams.one(key, params);
    return changed(
        bucket,
        () -> attributes.set(caller, Kind.BUCKET, bucket.id(), Buckets.object(bucket), attribute));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping
  ResponseEntity<Object> replace(Caller caller, @PathVariable String id, Params params) {
    Bucket bucket = writable(caller, id);
    List<Attribute> all = AttributeParams.all(params);
    return changed(
        bucket,
        () -> attributes.replace(caller, Kind.BUCKET, bucket.id(), Buckets.object(bucket), all));
  }

  private ResponseEntity<Object> changed(Bucket bucket, Runnable change) {
    List<Map<String, Object>> all =
        changes.commit(
            200,
            () -> {
              buckets.hold(bucket);
              change.run();
              return attributes.of(Kind.BUCKET, bucket.id());
            });
    return Answers.ok(all);
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @DeleteMapping("/{key}")
  ResponseEntity<Object> remove(Caller caller, @PathVariable String id, @PathVariable String key) {
    Bucket bucket = writable(caller, id);
    changes.commit(
        204,
        () -> {
          attributes.remove(caller, Kind.BUCKET, bucket.id(), Buckets.object(bucket), key);
          return bucket;
        });
    return Answers.noContent();
  }
}
