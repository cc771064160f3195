package io.penstock.storage.file;

import io.penstock.aws.NoSuchObjectException;
import io.penstock.aws.ObjectStore;
import io.penstock.aws.ObjectStore.StoredObject;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Call;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Files for other features: what a load reads, and what an export writes. Thread-safe. */
@Service
public class Files {
  private final FileRows rows;
  private final ObjectStore objects;
  private final Clock clock;

  Files(FileRows rows, ObjectStore objects, Clock clock) {
    this.rows = rows;
    this.objects = objects;
    this.clock = clock;
  }

  /**
   * The file, as far as the caller may read it.
   *
   * @throws PlatformException {@code FILE_NOT_FOUND}, or {@code ACCESS_DENIED} for somebody else's
   */
  public StoredFile requireReadable(Caller caller, long id) {
    StoredFile file = rows.find(caller.projectId(), id).orElseThrow(() -> notFound(id));
    if (!mayRead(caller, file)) {
      throw Caller.accessDenied();
    }
    return file;
  }

  /** The file, as far as the caller may change or remove it. */
  StoredFile requireOwned(Caller caller, long id) {
    StoredFile file = rows.find(caller.projectId(), id).orElseThrow(() -> notFound(id));
    if (!owns(caller, file)) {
      throw Caller.accessDenied();
    }
    return file;
  }

  /** The same in the transaction at hand, which nobody else changes the file in. */
  StoredFile lockOwned(Caller caller, long id) {
    StoredFile file = rows.lock(caller.projectId(), id).orElseThrow(() -> notFound(id));
    if (!owns(caller, file)) {
      throw Caller.accessDenied();
    }
    return file;
  }

  /** The file, whoever asks: the feature has checked the rights on what it belongs to. */
  public Optional<StoredFile> find(long projectId, long id) {
    return rows.find(projectId, id);
  }

  public boolean mayRead(Caller caller, StoredFile file) {
    return owns(caller, file) || file.readers().contains(caller.tokenId());
  }

  private static boolean owns(Caller caller, StoredFile file) {
    return caller.master() || caller.canReadAllFiles() || file.tokenId() == caller.tokenId();
  }

  /**
   * Sees to it that the file is there and encrypted under the customer's key. Asks the object
   * store, so it is never called inside a transaction. Slices without their manifest count as
   * uploaded: that it is missing is the job's error.
   *
   * @throws PlatformException {@code FILE_NOT_UPLOADED} where nothing was uploaded, or not any more
   */
  public void requireUploaded(StoredFile file) {
    if (file.isExpired(clock.instant())) {
      throw notUploaded(file, null);
    }
    Optional<StoredObject> head = objects.head(file.bucket(), file.head());
    if (head.isEmpty()) {
      if (file.sliced() && objects.firstAfter(file.bucket(), file.key(), file.key()).isPresent()) {
        return;
      }
      throw notUploaded(file, null);
    }
    try {
      objects.ensureKey(file.bucket(), file.head());
    } catch (NoSuchObjectException e) {
      throw notUploaded(file, e);
    }
    if (!file.sliced() && !Long.valueOf(head.get().bytes()).equals(file.sizeBytes())) {
      rows.sized(file.id(), head.get().bytes());
    }
  }

  /**
   * The file that an export of the call at hand will write; belongs into the job's transaction.
   *
   * @param folder of the key, without a slash at its end
   */
  public StoredFile addExport(Caller caller, String name, String folder) {
    return add(caller, name, folder, "table-export", caller.project().fileRetentionDays());
  }

  /** The file that a snapshot of the call at hand will write: the same, but it never expires. */
  public StoredFile addSnapshot(Caller caller, String name, String folder) {
    return add(caller, name, folder, "table-snapshot", null);
  }

  private StoredFile add(
      Caller caller, String name, String folder, String tag, @Nullable Integer days) {
    long id = rows.nextId();
    String runId = Call.current().runId();
    StoredFile file =
        new StoredFile(
            id,
            caller.projectId(),
            caller.tokenId(),
            caller.description(),
            name,
            caller.project().s3Bucket(),
            "%s/%d.csv".formatted(folder, id),
            null,
            "text/csv",
            true,
            true,
            List.of(tag),
            days,
            runId,
            runId == null ? List.of() : List.of(runId),
            List.of(),
            clock.instant());
    rows.insert(file);
    return file;
  }

  /** An export wrote the file. */
  public void written(long id, long bytes) {
    rows.sized(id, bytes);
    rows.sweepAgain(id);
  }

  /** An export failed: what it left goes the way of removed files. */
  public void discard(long id) {
    rows.hide(id, clock.instant());
    rows.sweepAgain(id);
  }

  /** Several files at once, by their ids. */
  public Map<Long, StoredFile> findAll(long projectId, Collection<Long> ids) {
    return rows.findAll(projectId, ids).stream()
        .collect(Collectors.toMap(StoredFile::id, Function.identity()));
  }

  /** Says what the call at hand is about. */
  static void about(StoredFile file) {
    Call.current().about("file", Long.toString(file.id()), file.name());
  }

  static AuditObject object(StoredFile file) {
    return new AuditObject("file", Long.toString(file.id()), file.name());
  }

  static PlatformException notFound(Object id) {
    return new PlatformException(
        ErrorCode.FILE_NOT_FOUND, "The file \"%s\" was not found".formatted(id));
  }

  private static PlatformException notUploaded(StoredFile file, @Nullable Throwable cause) {
    return new PlatformException(
        ErrorCode.FILE_NOT_UPLOADED,
        "The file %d is not in the object store: upload it before it is used%s"
            .formatted(file.id(), file.sliced() ? ", its manifest last" : ""),
        cause);
  }
}
