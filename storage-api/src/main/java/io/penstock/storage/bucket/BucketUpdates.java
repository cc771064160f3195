package io.penstock.storage.bucket;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.job.DoneJob;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;

/** Changes what buckets are called and who answers for them. */
@Service
class BucketUpdates {
  static final String OPERATION = "bucketUpdate";

  private final BucketRows rows;
  private final BucketViews views;
  private final Jobs jobs;
  private final Changes changes;
  private final Events events;
  private final Clock clock;

  BucketUpdates(
      BucketRows rows, BucketViews views, Jobs jobs, Changes changes, Events events, Clock clock) {
    this.rows = rows;
    this.views = views;
    this.jobs = jobs;
    this.changes = changes;
    this.events = events;
    this.clock = clock;
  }

  /** Changes the bucket; returns it as its detail shows it. */
  Map<String, Object> update(Caller caller, Bucket bucket, BucketUpdate asked) {
    return unlessTaken(
        asked, () -> changes.commit(200, () -> shown(caller, updated(bucket, asked))));
  }

  /** The same as a job, which ends at once. */
  Map<String, Object> updateByJob(Caller caller, Bucket bucket, BucketUpdate asked, Params params) {
    return unlessTaken(
        asked,
        () ->
            jobs.submitDone(
                params,
                () ->
                    new DoneJob(
                        OPERATION,
                        new JsonFields()
                            .put("bucketId", bucket.label())
                            .put("values", asked.given())
                            .put("queue", "main_fast")
                            .map(),
                        null,
                        null,
                        bucket.id(),
                        shown(caller, updated(bucket, asked)))));
  }

  private Map<String, Object> shown(Caller caller, Bucket bucket) {
    return views.whole(bucket, caller.project(), Call.current().baseUrl()).map();
  }

  private Bucket updated(Bucket bucket, BucketUpdate asked) {
    String display = asked.displayName();
    if (display != null
        && !display.equals(bucket.displayName())
        && rows.hasDisplayName(bucket.projectId(), bucket.stage(), display)) {
      throw taken(display);
    }
    if (!asked.isEmpty() && !rows.update(bucket.id(), asked, clock.instant())) {
      throw Buckets.notFound(bucket.label(), bucket.projectId());
    }
    events.append(
        Event.of(
                "storage.bucketUpdated", "Updated bucket " + bucket.label(), Buckets.object(bucket))
            .with(asked.given()));
    return rows.find(bucket.projectId(), bucket.id())
        .orElseThrow(() -> Buckets.notFound(bucket.label(), bucket.projectId()));
  }

  private static <T> T unlessTaken(BucketUpdate asked, Supplier<T> change) {
    try {
      return change.get();
    } catch (DuplicateKeyException race) {
      throw taken(String.valueOf(asked.displayName()));
    }
  }

  private static PlatformException taken(String displayName) {
    return new PlatformException(
        ErrorCode.BUCKET_EXISTS,
        "The display name \"%s\" already exists in project.".formatted(displayName));
  }

  /**
   * Makes a member of the project the one who answers for the bucket.
   *
   * @param params {@code id} or {@code email}
   */
  Bucket.Owner own(Bucket bucket, Params params) {
    Long id = params.number("id");
    String email = params.text("email", "");
    if (id == null && email.isEmpty()) {
      throw new PlatformException(
          ErrorCode.BUCKET_VALIDATION, "Invalid data - id or email of the owner is required.");
    }
    return changes.commit(
        200,
        () -> {
          Bucket.Owner owner =
              (id == null
                      ? rows.memberByEmail(bucket.projectId(), email)
                      : rows.memberById(bucket.projectId(), id))
                  .orElseThrow(
                      () ->
                          new PlatformException(
                              ErrorCode.BUCKET_VALIDATION,
                              "Invalid data - the owner must be a member of the project."));
          if (!rows.own(bucket.id(), owner.id(), clock.instant())) {
            throw Buckets.notFound(bucket.label(), bucket.projectId());
          }
          events.append(
              Event.of(
                      "storage.bucketOwnerUpdated",
                      "Set owner of bucket " + bucket.label(),
                      Buckets.object(bucket))
                  .with(Map.of("ownerId", owner.id())));
          return owner;
        });
  }
}
