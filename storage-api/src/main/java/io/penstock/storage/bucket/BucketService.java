package io.penstock.storage.bucket;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask;
import io.penstock.storage.access.Caller;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Revocations;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;

/** Creates and removes buckets. */
@Service
class BucketService {
  private final BucketRows rows;
  private final Changes changes;
  private final Events events;
  private final Revocations revocations;
  private final Jobs jobs;
  private final LinkService links;
  private final Clock clock;

  BucketService(
      BucketRows rows,
      Changes changes,
      Events events,
      Revocations revocations,
      Jobs jobs,
      LinkService links,
      Clock clock) {
    this.links = links;
    this.rows = rows;
    this.changes = changes;
    this.events = events;
    this.revocations = revocations;
    this.jobs = jobs;
    this.clock = clock;
  }

  Bucket create(Caller caller, NewBucket asked) {
    return changes.commit(201, () -> insert(caller, asked));
  }

  /** Makes the bucket in the transaction at hand, or the link where a source was named. */
  Bucket insert(Caller caller, NewBucket asked) {
    NewBucket.Source source = asked.source();
    try {
      if (source == null) {
        return insertOwn(caller, asked);
      }
      long held = links.holdSource(caller, source);
      return links.linked(caller, insertOwn(caller, asked), held);
    } catch (DuplicateKeyException race) {
      String index = String.valueOf(race.getMessage());
      if (index.contains("bucket_link")) {
        throw new PlatformException(
            ErrorCode.BUCKET_LINKED,
            "The bucket %s is linked in this project already"
                .formatted(source == null ? "" : source.label()));
      }
      throw index.contains("bucket_display_name") ? displayNameTaken(asked) : taken(asked);
    }
  }

  private Bucket insertOwn(Caller caller, NewBucket asked) {
    long project = caller.projectId();
    if (rows.find(project, asked.stage(), asked.name()).isPresent()) {
      throw taken(asked);
    }
    if (rows.hasDisplayName(project, asked.stage(), asked.displayName())) {
      throw displayNameTaken(asked);
    }
    rows.insert(project, asked, clock.instant());
    Bucket bucket = rows.find(project, asked.stage(), asked.name()).orElseThrow();
    events.append(
        Event.of(
                "storage.bucketCreated", "Created bucket " + bucket.label(), Buckets.object(bucket))
            .with(Map.of("stage", bucket.stage(), "displayName", bucket.displayName())));
    return bucket;
  }

  private static PlatformException taken(NewBucket asked) {
    return new PlatformException(
        ErrorCode.BUCKET_EXISTS,
        "The bucket %s.%s already exists.".formatted(asked.stage(), asked.name()));
  }

  private static PlatformException displayNameTaken(NewBucket asked) {
    return new PlatformException(
        ErrorCode.BUCKET_EXISTS,
        "The display name \"%s\" already exists in project.".formatted(asked.displayName()));
  }

  /**
   * Hides the bucket and its tables in the transaction at hand; jobs that were accepted but not
   * sent end with an error. A job that is under way finishes first: the drop has the bucket for
   * itself.
   *
   * @return the drop, for the one who accepts it
   */
  NewJob hide(Bucket bucket, boolean force) {
    if (!rows.locksAlone(bucket.id())) {
      throw Buckets.notFound(bucket.label(), bucket.projectId());
    }
    links.refuseWhileLinked(bucket);
    if (bucket.isLinked()) {
      if (!force) {
        links.refuseWithAliases(bucket);
      }
      links.unlink(bucket, Call.current().caller().project().name());
      return drop(bucket, force, List.of());
    }
    long count = rows.countTables(bucket.id());
    if (count > 0 && !force) {
      throw new PlatformException(
          ErrorCode.BUCKET_NOT_EMPTY,
          "Only empty buckets can be deleted. There are %d tables in the bucket.".formatted(count));
    }
    links.refuseWithAliases(bucket);
    List<Long> tables = rows.hide(bucket.id(), clock.instant());
    if (rows.revoke(bucket.id())) {
      revocations.move(bucket.projectId());
    }
    jobs.endUnsentOfBucket(
        bucket.id(),
        ErrorCode.BUCKET_NOT_FOUND,
        Buckets.notFound(bucket.label(), bucket.projectId()).text());
    events.append(
        Event.of(
                "storage.bucketDeleted", "Deleted bucket " + bucket.label(), Buckets.object(bucket))
            .with(Map.of("force", force)));
    return drop(bucket, force, tables);
  }

  private static NewJob drop(Bucket bucket, boolean force, List<Long> tables) {
    return new NewJob(
        BucketDeletions.OPERATION,
        Map.of("bucketId", bucket.label(), "force", force, "queue", "main"),
        new JobTask.DropTables(tables),
        null,
        null,
        bucket.id(),
        null,
        NewJob.Lock.BUCKET);
  }

  /** Hides the bucket now; the tables behind it are dropped by a job that nobody sees. */
  void delete(Bucket bucket, boolean force) {
    changes.commit(
        204,
        () -> {
          NewJob drop = hide(bucket, force);
          return jobs.acceptHidden(bucket.projectId(), drop);
        });
  }
}
