package io.penstock.storage.bucket;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.Actor;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.audit.AuditRecord.Source;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Events.Origin;
import io.penstock.storage.web.Revocations;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Service;

/**
 * Links shared buckets into other projects of the organisation, and ends links from either side.
 * Every method belongs into the transaction of its job or call. A lender's bucket is locked before
 * its links.
 */
@Service
class LinkService {
  private static final int MOST_NAMED = 10;

  private final SharingRows rows;
  private final BucketRows bucketRows;
  private final Buckets buckets;
  private final Revocations revocations;
  private final Jobs jobs;
  private final Events events;
  private final Clock clock;

  LinkService(
      SharingRows rows,
      BucketRows bucketRows,
      Buckets buckets,
      Revocations revocations,
      Jobs jobs,
      Events events,
      Clock clock) {
    this.rows = rows;
    this.bucketRows = bucketRows;
    this.buckets = buckets;
    this.revocations = revocations;
    this.jobs = jobs;
    this.events = events;
    this.clock = clock;
  }

  /**
   * Keeps the asked bucket shared until the transaction ends.
   *
   * @return its number
   * @throws PlatformException {@code BUCKET_NOT_FOUND} for all that the caller may not link, be it
   *     there or not
   */
  long holdSource(Caller caller, NewBucket.Source source) {
    if (source.projectId() == caller.projectId()) {
      throw new PlatformException(
          ErrorCode.BUCKET_VALIDATION, "A bucket is linked into other projects than its own");
    }
    return rows.holdShared(caller, source.projectId(), source.label())
        .orElseThrow(() -> Buckets.notFound(source.label(), source.projectId()));
  }

  /** Tells both projects of the link that was just made. */
  Bucket linked(Caller caller, Bucket fresh, long sourceId) {
    rows.link(fresh.id(), sourceId);
    Bucket link = bucketRows.find(caller.projectId(), fresh.id()).orElseThrow();
    tell("storage.bucketLinked", "Linked", link, caller.project().name());
    return link;
  }

  /** Ends the link of a bucket that another project has. */
  void forceUnlink(Caller caller, String label, long project) {
    Bucket source = buckets.require(caller, label, Permission.MANAGE);
    if (!bucketRows.locksAlone(source.id())) {
      throw Buckets.notFound(label, caller.projectId());
    }
    Bucket link =
        rows.links(List.of(source.id())).getOrDefault(source.id(), List.of()).stream()
            .filter(each -> each.projectId() == project)
            .findFirst()
            .flatMap(each -> bucketRows.find(each.projectId(), each.id()))
            .filter(each -> bucketRows.locksAlone(each.id()))
            .orElseThrow(
                () ->
                    new PlatformException(
                        ErrorCode.BUCKET_NOT_FOUND,
                        "The bucket \"%s\" is not linked in project %d".formatted(label, project)));
    end(link, true);
    tell(
        "storage.bucketUnlinked",
        "Force unlinked",
        link,
        rows.projectName(link.projectId()).orElse(""));
  }

  /** Refuses to remove what other projects have linked. */
  void refuseWhileLinked(Bucket bucket) {
    List<SharingRows.LinkedBy> linked =
        rows.links(List.of(bucket.id())).getOrDefault(bucket.id(), List.of());
    if (!linked.isEmpty()) {
      throw new PlatformException(
          ErrorCode.BUCKET_IS_SHARED,
          "The bucket %s is linked in %d projects: remove these links first"
              .formatted(bucket.label(), linked.size()));
    }
  }

  /** Refuses to remove what aliases in other buckets show; only an unlinking can be forced. */
  void refuseWithAliases(Bucket bucket) {
    List<SharingRows.Alias> aliases = rows.outsideAliases(bucket.id(), MOST_NAMED + 1);
    if (!aliases.isEmpty()) {
      List<String> named =
          aliases.stream().map(SharingRows.Alias::label).limit(MOST_NAMED).toList();
      throw new PlatformException(
          ErrorCode.DEPENDENT_OBJECTS,
          "Aliases in other buckets show tables of the bucket %s: %s%s. Remove them first%s"
              .formatted(
                  bucket.label(),
                  String.join(", ", named),
                  aliases.size() > MOST_NAMED ? " and others" : "",
                  bucket.isLinked() ? ", or unlink with force=1, which removes them, too" : ""));
    }
  }

  /** Ends the link from its own side; the caller holds the linked bucket's lock. */
  void unlink(Bucket link, String projectName) {
    end(link, false);
    tell("storage.bucketUnlinked", "Unlinked", link, projectName);
  }

  /**
   * Locks buckets, then the project's counter, then its jobs, whoever ends the link.
   *
   * @param byLender the borrower's calls that are under way have to look again
   */
  private void end(Bucket link, boolean byLender) {
    List<Long> touched =
        rows.outsideAliases(link.id(), Integer.MAX_VALUE).stream()
            .map(SharingRows.Alias::bucketId)
            .distinct()
            .sorted()
            .toList();
    touched.forEach(buckets::lockForChange);
    List<SharingRows.Alias> aliases = rows.unlink(link.id(), clock.instant());
    PlatformException gone = Buckets.notFound(link.label(), link.projectId());
    boolean revoked = bucketRows.revoke(link.id());
    if (revoked || byLender) {
      revocations.move(link.projectId());
    }
    jobs.endUnsentOfBucket(link.id(), ErrorCode.BUCKET_NOT_FOUND, gone.text());
    jobs.endUnsentLoads(
        link.projectId(),
        link.label(),
        aliases.stream().map(SharingRows.Alias::label).toList(),
        ErrorCode.BUCKET_NOT_FOUND,
        gone.text());
    for (SharingRows.Alias alias : aliases) {
      jobs.endUnsentOfTable(alias.id(), ErrorCode.TABLE_NOT_FOUND, gone.text());
      if (alias.bucketId() != link.id()) {
        appendTo(
            link.projectId(),
            Event.of(
                "storage.tableDeleted",
                "Deleted alias %s with the linked bucket %s".formatted(alias.label(), link.label()),
                new AuditObject("table", alias.label(), alias.name())));
      }
    }
    touched.forEach(bucket -> buckets.changed(bucket, clock.instant()));
  }

  private void tell(String event, String what, Bucket link, String projectName) {
    Bucket.Link source = Objects.requireNonNull(link.link());
    Map<String, Object> params =
        Map.of(
            "sourceBucket",
            Map.of(
                "id", source.label(),
                "project", Map.of("id", source.projectId(), "name", source.projectName())),
            "linkedBucket",
            Map.of(
                "id", link.label(),
                "project", Map.of("id", link.projectId(), "name", projectName)));
    String message =
        "%s bucket %s of project %s as %s of project %s"
            .formatted(what, source.label(), source.projectName(), link.label(), projectName);
    appendTo(link.projectId(), Event.of(event, message, Buckets.object(link)).with(params));
    appendTo(
        source.projectId(),
        Event.of(event, message, new AuditObject("bucket", source.label(), source.name()))
            .with(params));
  }

  /** In the caller's name in its own project; another one is not told whose token it was. */
  private void appendTo(long project, Event event) {
    Origin own = Origin.ofCall();
    events.append(
        project == own.projectId()
            ? own
            : new Origin(
                own.organisationId(),
                project,
                new Actor("service", "storage-api", "Project " + own.projectId()),
                Source.INTERNAL,
                null),
        event);
  }
}
