package io.penstock.storage.bucket;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Params;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Changes of buckets over HTTP (chapter 2.3). */
@RestController
@RequestMapping("/v2/storage/buckets/{id}")
class BucketUpdateController {
  private final Buckets buckets;
  private final BucketUpdates updates;

  BucketUpdateController(Buckets buckets, BucketUpdates updates) {
    this.buckets = buckets;
    this.updates = updates;
  }

  /** PHP puts {@code async} into the body. */
  @Allow(Allow.Right.ANY_TOKEN)
  @PutMapping
  ResponseEntity<Object> update(Caller caller, @PathVariable String id, Params params) {
    Bucket bucket = buckets.require(caller, id, Permission.MANAGE);
    BucketUpdate asked = BucketUpdate.of(params);
    return params.flag("async", false)
        ? Answers.job(updates.updateByJob(caller, bucket, asked, params))
        : Answers.ok(updates.update(caller, bucket, asked));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/owner")
  ResponseEntity<Object> owner(Caller caller, @PathVariable String id) {
    Bucket.Owner owner = buckets.require(caller, id, Permission.READ).owner();
    if (owner == null) {
      throw new PlatformException(
          ErrorCode.BUCKET_OWNER_NOT_FOUND, "The bucket \"%s\" has no owner".formatted(id));
    }
    return Answers.ok(BucketJson.owner(owner));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/owner")
  ResponseEntity<Object> own(Caller caller, @PathVariable String id, Params params) {
    return Answers.ok(
        BucketJson.owner(updates.own(buckets.require(caller, id, Permission.MANAGE), params)));
  }
}
