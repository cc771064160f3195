package io.penstock.storage.file;

import io.penstock.aws.ObjectStore;
import io.penstock.aws.ObjectStore.StoredObject;
import io.penstock.aws.ScopedCredentials;
import io.penstock.aws.ScopedCredentials.TemporaryCredentials;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Service;

/**
 * Upload slots, their details and their removal. Credentials are minted outside of every
 * transaction, since that asks the network on AWS.
 */
@Service
class FileService {
  /** Clients never refresh credentials during one upload. */
  private static final Duration CREDENTIALS = Duration.ofHours(12);

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy/MM/dd").withZone(ZoneOffset.UTC);

  private final FileRows rows;
  private final Files files;
  private final ObjectStore objects;
  private final ScopedCredentials credentials;
  private final Changes changes;
  private final Events events;
  private final Clock clock;

  FileService(
      FileRows rows,
      Files files,
      ObjectStore objects,
      ScopedCredentials credentials,
      Changes changes,
      Events events,
      Clock clock) {
    this.rows = rows;
    this.files = files;
    this.objects = objects;
    this.credentials = credentials;
    this.changes = changes;
    this.events = events;
    this.clock = clock;
  }

  /** A file's record with the credentials to use it by. */
  record Opened(StoredFile file, TemporaryCredentials credentials) {}

  Opened prepare(Caller caller, NewFile asked) {
    StoredFile file = slot(caller, asked, rows.nextId(), clock.instant());
    TemporaryCredentials key = forUpload(file);
    about(file);
    changes.commit(
        201,
        () -> {
          rows.insert(file);
          events.append(
              Event.of("storage.fileUploaded", "Uploaded file " + file.name(), object(file))
                  .with(Map.of("isSliced", file.sliced(), "tags", file.tags()))
                  .attaching(List.of(file.id())));
          return file;
        });
    return new Opened(file, key);
  }

  /**
   * New credentials for a slot that nothing was put into yet; for the token that prepared it only,
   * not even for those that may read and remove it.
   *
   * @throws PlatformException {@code FILE_UPLOADED} when its object is there
   */
  Opened reopen(Caller caller, long id) {
    StoredFile file = files.requireReadable(caller, id);
    about(file);
    if (file.tokenId() != caller.tokenId() || !file.key().startsWith(folder(caller))) {
      throw Caller.accessDenied(); // an export's key is for the worker to write
    }
    if (file.isExpired(clock.instant())) {
      throw Files.notFound(id);
    }
    if (objects.head(file.bucket(), file.head()).isPresent()) {
      throw new PlatformException(
          ErrorCode.FILE_UPLOADED, "The file %d has been uploaded already".formatted(id));
    }
    TemporaryCredentials key = forUpload(file);
    changes.commit(201, () -> file);
    return new Opened(file, key);
  }

  private TemporaryCredentials forUpload(StoredFile file) {
    return credentials.forUpload(
        file.bucket(), file.key(), file.sliced(), file.encrypted(), CREDENTIALS);
  }

  /** Begins the keys of all files that callers of this project prepare, and no others. */
  private static String folder(Caller caller) {
    return "exp-15/%d/files/".formatted(caller.projectId());
  }

  private static StoredFile slot(Caller caller, NewFile asked, long id, Instant now) {
    String runId = Call.current().runId();
    return new StoredFile(
        id,
        caller.projectId(),
        caller.tokenId(),
        caller.description(),
        asked.name(),
        caller.project().s3Bucket(),
        folder(caller) + "%s/%d.%s".formatted(DAY.format(now), id, asked.name()),
        asked.sizeBytes(),
        asked.contentType(),
        asked.sliced(),
        asked.encrypted(),
        asked.tags(),
        asked.permanent() ? null : caller.project().fileRetentionDays(),
        runId,
        runId == null ? List.of() : List.of(runId),
        List.of(),
        now);
  }

  /** The file; its real size is looked up when nobody has said it. */
  StoredFile detail(Caller caller, long id) {
    StoredFile file = files.requireReadable(caller, id);
    about(file);
    if (file.sizeBytes() != null || objects.head(file.bucket(), file.head()).isEmpty()) {
      return file;
    }
    rows.sized(id, storedBytes(file));
    return rows.find(caller.projectId(), id).orElseThrow(() -> Files.notFound(id));
  }

  private long storedBytes(StoredFile file) {
    return objects.list(file.bucket(), file.key()).stream()
        .filter(object -> !file.sliced() || !object.key().equals(file.head()))
        .mapToLong(StoredObject::bytes)
        .sum();
  }

  TemporaryCredentials forDownload(StoredFile file) {
    return credentials.forDownload(file.bucket(), file.key(), CREDENTIALS);
  }

  /** Hides the file in the transaction at hand. */
  StoredFile hide(Caller caller, long id) {
    StoredFile file = files.requireOwned(caller, id);
    about(file);
    if (!rows.hide(id, clock.instant())) {
      throw Files.notFound(id);
    }
    events.append(Event.of("storage.fileDeleted", "Deleted file " + file.name(), object(file)));
    return file;
  }

  private static void about(StoredFile file) {
    Call.current().about("file", Long.toString(file.id()), file.name());
  }

  private static AuditObject object(StoredFile file) {
    return new AuditObject("file", Long.toString(file.id()), file.name());
  }
}
