package io.penstock.storage.event;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordQuery;
import io.penstock.model.audit.RecordQuery.Viewer;
import io.penstock.storage.access.Caller;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.record.RecordRelay;
import io.penstock.storage.table.Tables;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Finds events, as far as their reader may see them: a master token all, others their own and those
 * of the buckets and tables they may read.
 */
@Service
public class EventSearch {
  /** The contract's wait for the index (it is behind by moments only, or by an outage). */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final long FIRST_PAUSE_MILLIS = 25;
  private static final long LONGEST_PAUSE_MILLIS = 400;
  private static final int MAX_OBJECTS = 20_000;

  private final AuditClient audit;
  private final RecordRelay relay;
  private final Buckets buckets;
  private final Tables tables;

  EventSearch(AuditClient audit, RecordRelay relay, Buckets buckets, Tables tables) {
    this.audit = audit;
    this.relay = relay;
    this.buckets = buckets;
    this.tables = tables;
  }

  /** Whose events, and of what: the part of a search that the route decides. */
  record Scope(
      Viewer viewer,
      @Nullable String objectType,
      @Nullable String objectId,
      Set<String> orObjectIds) {

    static Scope of(Viewer viewer) {
      return new Scope(viewer, null, null, Set.of());
    }

    static Scope ofBucket(String label) {
      return new Scope(Viewer.OF_ALL, "bucket", label, Set.of());
    }

    /**
     * @param sources the tables behind an alias
     */
    static Scope ofTable(String label, Set<String> sources) {
      return new Scope(Viewer.OF_ALL, "table", label, sources);
    }

    /** What the token did, and what was done to it. */
    static Scope ofToken(String tokenId) {
      return of(new Viewer(tokenId, Set.of("token:" + tokenId)));
    }
  }

  /** Everything that the caller may see. */
  Viewer viewer(Caller caller) {
    return caller.master()
        ? Viewer.OF_ALL
        : new Viewer(Long.toString(caller.tokenId()), readableObjects(caller));
  }

  private Set<String> readableObjects(Caller caller) {
    Set<String> objects = new HashSet<>();
    for (Bucket bucket : buckets.readable(caller)) {
      objects.add("bucket:" + bucket.label());
    }
    tables.readable(caller).stream()
        .limit(MAX_OBJECTS)
        .forEach(table -> objects.add("table:" + table.label()));
    return objects;
  }

  /** A page, once what the caller did last can be in it. */
  RecordQuery.Page page(Caller caller, RecordQuery query) {
    awaitOwn(caller);
    return page(query);
  }

  RecordQuery.Page page(RecordQuery query) {
    return audit.search(query);
  }

  /** So that callers find what they have just done; holds no connection meanwhile. */
  private void awaitOwn(Caller caller) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    long pause = FIRST_PAUSE_MILLIS;
    try {
      while (relay.hasUnconfirmedEventsOf(caller.projectId(), caller.tokenId())) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return;
        }
        Thread.sleep(Math.min(pause, left));
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * One event by its UUID or number, readable from the moment of its creation.
   *
   * @throws PlatformException {@code EVENT_NOT_FOUND}, also for one that the caller may not see
   */
  AuditRecord require(Caller caller, String idOrUuid) {
    return find(caller, idOrUuid)
        .map(KeptRecord::record)
        .filter(record -> record.kind() == AuditRecord.Kind.EVENT)
        .orElseThrow(() -> notFound(idOrUuid));
  }

  /** The same for records of any kind. */
  public KeptRecord requireRecord(Caller caller, String idOrUuid) {
    return find(caller, idOrUuid).orElseThrow(() -> notFound(idOrUuid));
  }

  private Optional<KeptRecord> find(Caller caller, String idOrUuid) {
    return unconfirmed(idOrUuid)
        .map(record -> new KeptRecord(EventJson.NOT_KEPT_YET, record))
        .or(() -> audit.find(caller.projectId(), idOrUuid))
        .filter(kept -> sees(caller, kept.record()));
  }

  private Optional<AuditRecord> unconfirmed(String idOrUuid) {
    if (!idOrUuid.isEmpty()
        && idOrUuid.length() <= 18
        && idOrUuid.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return relay.findUnconfirmed(Long.parseLong(idOrUuid));
    }
    try {
      return relay.findUnconfirmed(UUID.fromString(idOrUuid));
    } catch (IllegalArgumentException e) {
      throw notFound(idOrUuid);
    }
  }

  private boolean sees(Caller caller, AuditRecord record) {
    boolean ofProject = record.projectId() != null && record.projectId() == caller.projectId();
    if (!ofProject || caller.master()) {
      return ofProject;
    }
    return isOwn(caller, record)
        || readableObjects(caller).contains(record.object().type() + ":" + record.object().id());
  }

  private static boolean isOwn(Caller caller, AuditRecord record) {
    return record.actor().type().equals("token")
        && Long.toString(caller.tokenId()).equals(record.actor().id());
  }

  private static PlatformException notFound(String idOrUuid) {
    return new PlatformException(
        ErrorCode.EVENT_NOT_FOUND,
        "The event \"%s\" was not found"
            .formatted(idOrUuid.length() > 40 ? idOrUuid.substring(0, 40) + "…" : idOrUuid));
  }
}
