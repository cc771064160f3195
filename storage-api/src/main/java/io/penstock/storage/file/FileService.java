package io.penstock.storage.file;

import io.penstock.aws.ObjectStore;
import io.penstock.aws.ObjectStore.StoredObject;
import io.penstock.aws.ScopedCredentials;
import io.penstock.aws.ScopedCredentials.TemporaryCredentials;
import io.penstock.aws.form.PostForms;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.ProjectPlaces;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Params;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final FileRows rows;
  private final Files files;
  private final ObjectStore objects;
  private final ScopedCredentials credentials;
  private final PostForms forms;
  private final Changes changes;
  private final Events events;
  private final List<KeptFiles> kept;
  private final Clock clock;

  /** Patterns can take long: they have a few of the database's connections, never all of them. */
  private final ProjectPlaces searches = new ProjectPlaces("lists of files", 6);

  FileService(
      FileRows rows,
      Files files,
      ObjectStore objects,
      ScopedCredentials credentials,
      PostForms forms,
      Changes changes,
      Events events,
      List<KeptFiles> kept,
      Clock clock) {
    this.rows = rows;
    this.files = files;
    this.objects = objects;
    this.credentials = credentials;
    this.forms = forms;
    this.changes = changes;
    this.events = events;
    this.kept = kept;
    this.clock = clock;
  }

  /** A file's record with what it takes to put the file into the store. */
  record Opened(StoredFile file, Map<String, Object> uploadParams) {}

  /**
   * @param byForm for a browser's form, and not for an S3 client
   */
  Opened prepare(Caller caller, NewFile asked, boolean byForm) {
    Instant now = clock.instant();
    StoredFile file = slot(caller, asked, rows.nextId(), now);
    Map<String, Object> uploadParams =
        byForm ? form(file, now) : FileJson.uploadParams(file, forUpload(file));
    Files.about(file);
    changes.commit(
        201,
        () -> {
          rows.insert(file);
          events.append(uploaded(file));
          return file;
        });
    return new Opened(file, uploadParams);
  }

  static Event uploaded(StoredFile file) {
    return Event.of("storage.fileUploaded", "Uploaded file " + file.name(), Files.object(file))
        .with(Map.of("isSliced", file.sliced(), "tags", file.tags()))
        .attaching(List.of(file.id()));
  }

  /** The form's policy asks for the header, hence its credentials need not. */
  private Map<String, Object> form(StoredFile file, Instant now) {
    TemporaryCredentials key =
        credentials.forUpload(file.bucket(), file.key(), false, false, CREDENTIALS);
    return FileJson.uploadParams(forms.sign(file.bucket(), file.key(), file.encrypted(), key, now));
  }

  /**
   * New credentials for a slot that nothing was put into yet; for the token that prepared it only,
   * not even for those that may read and remove it.
   *
   * @throws PlatformException {@code FILE_UPLOADED} when its object is there
   */
  Opened reopen(Caller caller, long id) {
    StoredFile file = files.requireReadable(caller, id);
    Files.about(file);
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
    Map<String, Object> uploadParams = FileJson.uploadParams(file, forUpload(file));
    changes.commit(201, () -> file);
    return new Opened(file, uploadParams);
  }

  private TemporaryCredentials forUpload(StoredFile file) {
    return credentials.forUpload(
        file.bucket(), file.key(), file.sliced(), file.encrypted(), CREDENTIALS);
  }

  /** Begins the keys of all files that callers of this project prepare, and no others. */
  private static String folder(Caller caller) {
    return "exp-15/%d/files/".formatted(caller.projectId());
  }

  static StoredFile slot(Caller caller, NewFile asked, long id, Instant now) {
    String runId = Call.current().runId();
    return new StoredFile(
        id,
        caller.projectId(),
        caller.tokenId(),
        caller.description(),
        asked.name(),
        caller.project().s3Bucket(),
        folder(caller) + "%s/%d.%s".formatted(DAY.format(now), id, asked.nameInKey()),
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

  /** Newest first. */
  List<StoredFile> list(Caller caller, Params params) {
    FileFilter filter = FileFilter.of(caller, params, clock.instant());
    try (var _ = searches.take(caller.projectId(), PATIENCE)) {
      return rows.list(filter);
    }
  }

  /** The file; its real size is looked up until it has been seen once. */
  StoredFile detail(Caller caller, long id) {
    StoredFile file = files.requireReadable(caller, id);
    Files.about(file);
    if (file.sizeSeen() || file.isExpired(clock.instant())) {
      return file;
    }
    Optional<StoredObject> head = objects.head(file.bucket(), file.head());
    if (head.isEmpty()) {
      return file;
    }
    rows.sized(id, file.sliced() ? sliceBytes(file) : head.get().bytes());
    return rows.find(caller.projectId(), id).orElseThrow(() -> Files.notFound(id));
  }

  private long sliceBytes(StoredFile file) {
    return objects.list(file.bucket(), file.key()).stream()
        .filter(object -> !object.key().equals(file.head()))
        .mapToLong(StoredObject::bytes)
        .sum();
  }

  /**
   * @throws PlatformException {@code FILE_NOT_FOUND} when the file has expired
   */
  TemporaryCredentials forDownload(StoredFile file) {
    if (file.isExpired(clock.instant())) {
      throw new PlatformException(
          ErrorCode.FILE_NOT_FOUND,
          "The file \"%d\" has expired: it was kept for %d days"
              .formatted(file.id(), file.maxAgeDays()));
    }
    return credentials.forDownload(file.bucket(), file.key(), CREDENTIALS);
  }

  /** Hides the file in the transaction at hand. */
  StoredFile hide(Caller caller, long id) {
    StoredFile file = files.requireOwned(caller, id);
    Files.about(file);
    kept.stream()
        .flatMap(users -> users.reason(file).stream())
        .findFirst()
        .ifPresent(
            reason -> {
              throw new PlatformException(ErrorCode.VALIDATION, reason);
            });
    if (!rows.hide(id, clock.instant())) {
      throw Files.notFound(id);
    }
    events.append(
        Event.of("storage.fileDeleted", "Deleted file " + file.name(), Files.object(file)));
    return file;
  }
}
