package io.penstock.storage.bucket;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.JsonFields;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springframework.stereotype.Service;

/**
 * Shares buckets within an organisation. Every method belongs into the transaction of its job or
 * call, and decides behind the bucket's lock: nobody links what is just being taken back.
 */
@Service
class SharingService {
  private final SharingRows rows;
  private final BucketRows bucketRows;
  private final Buckets buckets;
  private final Events events;
  private final Clock clock;

  SharingService(
      SharingRows rows, BucketRows bucketRows, Buckets buckets, Events events, Clock clock) {
    this.rows = rows;
    this.bucketRows = bucketRows;
    this.buckets = buckets;
    this.events = events;
    this.clock = clock;
  }

  /** Shares what is not shared yet. */
  Bucket shareFirst(Caller caller, String label, Sharing sharing, List<String> named) {
    if (lockOwn(caller, label).shared() != null) {
      throw new PlatformException(
          ErrorCode.BUCKET_SHARED_TWICE, "The bucket %s is already shared.".formatted(label));
    }
    return share(caller, label, sharing, named);
  }

  /** Shares otherwise what is shared already. */
  Bucket update(Caller caller, String label, Sharing sharing, List<String> named) {
    if (lockOwn(caller, label).shared() == null) {
      throw new PlatformException(
          ErrorCode.BUCKET_VALIDATION, "The bucket %s is not shared yet".formatted(label));
    }
    return share(caller, label, sharing, named);
  }

  /** Shares, whether it was shared before or not. */
  Bucket share(Caller caller, String label, Sharing sharing, List<String> named) {
    Bucket bucket = lockOwn(caller, label);
    boolean first = bucket.shared() == null;
    rows.share(bucket.id(), sharing, Objects.requireNonNull(caller.personId()), clock.instant());
    switch (sharing) {
      case ORGANIZATION, ORGANIZATION_PROJECT -> {}
      case SPECIFIC_PROJECTS -> shareWithProjects(caller, bucket, named);
      case SPECIFIC_USERS -> shareWithPeople(caller, bucket, named);
    }
    events.append(
        Event.of(
                first ? "storage.bucketShared" : "storage.bucketShareUpdated",
                "Shared bucket " + bucket.label(),
                Buckets.object(bucket))
            .with(Map.of("sharing", sharing.word(), "targets", named)));
    return reread(bucket);
  }

  private void shareWithProjects(Caller caller, Bucket bucket, List<String> named) {
    int found = rows.shareWithProjects(bucket.id(), caller.project().organisationId(), named);
    if (found < named.size()) {
      throw new PlatformException(
          ErrorCode.BUCKET_VALIDATION,
          "targetProjectIds: not all of them are projects of this organization");
    }
    refuseLinksOutside(bucket);
  }

  private void shareWithPeople(Caller caller, Bucket bucket, List<String> named) {
    Map<String, Long> people = rows.people(caller.project().organisationId(), named);
    if (!people.keySet().containsAll(named)) {
      throw new PlatformException(
          ErrorCode.BUCKET_VALIDATION,
          "targetUsers: not all of them are people of this organization");
    }
    Set<Long> ids = new HashSet<>(people.values());
    rows.shareWithPeople(bucket.id(), ids);
    refuseLinksOutside(bucket);
  }

  /** Links are ended before a sharing is narrowed, and not by it. */
  private void refuseLinksOutside(Bucket bucket) {
    List<String> outside = rows.linksOutside(bucket.id());
    if (!outside.isEmpty()) {
      throw linked(bucket, outside);
    }
  }

  /** Shares with nobody any more; refused while a project has it linked. */
  void unshare(Caller caller, String label) {
    Bucket bucket = lockOwn(caller, label);
    List<String> projects =
        rows.links(List.of(bucket.id())).getOrDefault(bucket.id(), List.of()).stream()
            .map(link -> Long.toString(link.projectId()))
            .toList();
    if (!projects.isEmpty()) {
      throw linked(bucket, projects);
    }
    rows.unshare(bucket.id());
    events.append(
        Event.of(
            "storage.bucketUnshared", "Unshared bucket " + bucket.label(), Buckets.object(bucket)));
  }

  private static PlatformException linked(Bucket bucket, List<String> projects) {
    return new PlatformException(
        ErrorCode.BUCKET_LINKED,
        "The bucket %s is linked in projects %s: remove these links first"
            .formatted(bucket.label(), String.join(", ", projects)));
  }

  /** The bucket behind its lock, which is the caller's project's own. */
  private Bucket lockOwn(Caller caller, String label) {
    Bucket bucket = buckets.require(caller, label, Permission.MANAGE);
    if (bucket.isLinked()) {
      throw new PlatformException(
          ErrorCode.BUCKET_VALIDATION,
          "The bucket %s is a linked one: what is lent is not lent on".formatted(label));
    }
    if (!bucketRows.locksAlone(bucket.id())) {
      throw Buckets.notFound(label, caller.projectId());
    }
    return reread(bucket);
  }

  private Bucket reread(Bucket bucket) {
    return bucketRows
        .find(bucket.projectId(), bucket.id())
        .orElseThrow(() -> Buckets.notFound(bucket.label(), bucket.projectId()));
  }

  /** How the contract tells with whom; empty where all are meant. */
  static Object parametersJson(List<SharingRows.Named> named) {
    if (named.isEmpty()) {
      return List.of();
    }
    boolean projects = named.getFirst().project();
    return Map.of(
        projects ? "projects" : "users",
        named.stream()
            .map(
                each ->
                    new JsonFields()
                        .put("id", each.id())
                        .put("name", each.name())
                        .putIf(!projects, "email", each.email())
                        .map())
            .toList());
  }
}
