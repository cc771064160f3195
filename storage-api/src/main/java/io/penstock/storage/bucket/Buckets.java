package io.penstock.storage.bucket;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.web.Call;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** Buckets for other features. Thread-safe. */
@Service
public class Buckets {
  private final BucketRows rows;

  Buckets(BucketRows rows) {
    this.rows = rows;
  }

  /** What the caller may read, in the order of creation. */
  public List<Bucket> readable(Caller caller) {
    return rows.readable(caller);
  }

  /**
   * The bucket of the call at hand, which the call's record then names.
   *
   * @throws PlatformException {@code BUCKET_NOT_FOUND}, or {@code ACCESS_DENIED} without the
   *     permission
   */
  public Bucket require(Caller caller, String label, Permission permission) {
    Call.current().about("bucket", label, null);
    Bucket bucket = find(caller, label).orElseThrow(() -> notFound(label, caller.projectId()));
    Call.current().about("bucket", label, bucket.name());
    permit(caller, permission, bucket);
    return bucket;
  }

  /**
   * Refuses with 403 what the caller may not do; nobody writes into a linked bucket, whose tables
   * are another project's.
   */
  public static void permit(Caller caller, Permission permission, Bucket bucket) {
    caller.require(permission, bucket.id());
    if (bucket.isLinked() && permission == Permission.WRITE) {
      throw Caller.accessDenied();
    }
  }

  /** The bucket by its label, whatever the caller may do with it. */
  public Optional<Bucket> find(Caller caller, String label) {
    int dot = label.indexOf('.');
    return dot < 0
        ? Optional.empty()
        : rows.find(caller.projectId(), label.substring(0, dot), label.substring(dot + 1));
  }

  /** The bucket by its number. */
  public Optional<Bucket> find(long projectId, long id) {
    return rows.find(projectId, id);
  }

  /**
   * Keeps the bucket from being removed until the transaction ends.
   *
   * @throws PlatformException {@code BUCKET_NOT_FOUND} when it is gone already
   */
  public void hold(Bucket bucket) {
    if (!rows.holds(bucket.id())) {
      throw notFound(bucket.label(), bucket.projectId());
    }
  }

  /**
   * First of all that a transaction does which will change a table and then its bucket: everybody
   * takes the bucket before its tables, so that nobody waits in a circle with a bucket's removal.
   */
  public void lockForChange(long id) {
    var _ = rows.locksForChange(id);
  }

  /** Something in the bucket changed; see {@link #lockForChange}. */
  public void changed(long id, Instant when) {
    rows.changed(id, when);
  }

  public static AuditObject object(Bucket bucket) {
    return new AuditObject("bucket", bucket.label(), bucket.name());
  }

  static PlatformException notFound(String label, long projectId) {
    return new PlatformException(
        ErrorCode.BUCKET_NOT_FOUND,
        "The bucket \"%s\" was not found in the project \"%d\"".formatted(label, projectId));
  }
}
