package io.penstock.storage.file;

import io.penstock.aws.ObjectSink;
import io.penstock.aws.ObjectStore;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.ProjectPlaces;
import io.penstock.storage.file.ReservedFiles.Reservation;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.StreamedForm;
import io.penstock.storage.web.StreamedForm.FilePart;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/**
 * Files that come through the API itself: they stream from the request into the bucket. A body that
 * breaks off, or is refused at its end, leaves neither an object nor a file.
 */
@Service
class DirectUploads {
  private static final Logger log = LoggerFactory.getLogger(DirectUploads.class);
  private static final int BUFFER = 64 * 1024;

  /** What a form may have beside its file. */
  private static final long FORM_BYTES = 2L * 1024 * 1024;

  private final ReservedFiles reserved;
  private final FileRows rows;
  private final ObjectStore objects;
  private final Changes changes;
  private final Events events;
  private final Clock clock;
  private final long largest;
  private final ProjectPlaces places;

  DirectUploads(
      ReservedFiles reserved,
      FileRows rows,
      ObjectStore objects,
      Changes changes,
      Events events,
      Clock clock,
      FileProperties properties) {
    this.reserved = reserved;
    this.rows = rows;
    this.objects = objects;
    this.changes = changes;
    this.events = events;
    this.clock = clock;
    this.largest = properties.largestUpload().toBytes();
    this.places = new ProjectPlaces("uploads", properties.concurrentUploads());
  }

  StoredFile upload(Caller caller, StreamedForm form) {
    if (form.announcedBytes() > largest + FORM_BYTES) {
      throw tooLarge();
    }
    try (var _ = places.take(caller.projectId())) {
      return take(caller, form);
    }
  }

  private StoredFile take(Caller caller, StreamedForm form) {
    FilePart part = form.nextFile();
    if (part == null || !part.field().equals("data")) {
      throw NewFile.invalid("data is required: the file, as a part of the multipart form");
    }
    Instant now = clock.instant();
    StoredFile file = slot(caller, form, part, rows.nextId(), now);
    Reservation reservation = reserved.reserve(file, now);
    try {
      StoredFile whole = store(caller, form, part, file);
      Files.about(whole);
      return changes.commit(
          201,
          () -> {
            if (!reserved.reveal(reservation, whole)) {
              throw new PlatformException(
                  ErrorCode.UNAVAILABLE, "The upload took too long. Please try again.");
            }
            events.append(FileService.uploaded(whole));
            return whole;
          });
    } catch (RuntimeException e) {
      giveUp(reservation);
      throw e;
    }
  }

  /** Fields may stand behind the file: with them all the file is checked once more. */
  private StoredFile store(Caller caller, StreamedForm form, FilePart part, StoredFile begun) {
    try (ObjectSink sink = objects.create(begun.bucket(), begun.key(), begun.contentType())) {
      MessageDigest digest = IncomingFiles.sha256();
      copy(part.body(), sink, digest);
      if (form.nextFile() != null) {
        throw NewFile.invalid("data: one file a call");
      }
      form.brought(HexFormat.of().formatHex(digest.digest()));
      StoredFile file = slot(caller, form, part, begun.id(), begun.createdAt());
      return file.stored(begun.key(), sink.complete());
    }
  }

  private static StoredFile slot(
      Caller caller, StreamedForm form, FilePart part, long id, Instant now) {
    String type = part.contentType();
    return FileService.slot(
        caller, NewFile.ofUpload(form.params(), part.fileName(), type), id, now);
  }

  private void copy(InputStream from, ObjectSink sink, MessageDigest digest) {
    byte[] buffer = new byte[BUFFER];
    long total = 0;
    try {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        total += n;
        if (total > largest) {
          throw tooLarge();
        }
        digest.update(buffer, 0, n);
        sink.write(buffer, 0, n);
      }
    } catch (IOException e) {
      throw new PlatformException(ErrorCode.UNAVAILABLE, "The file could not be stored", e);
    }
  }

  /**
   * Leaves removing to the sweeper, which goes by the row: where the end of a commit is not known,
   * the file may be there after all.
   */
  private void giveUp(Reservation reservation) {
    try {
      reserved.release(reservation);
    } catch (RuntimeException e) {
      log.warn("File {} stays reserved until {}", reservation.id(), reservation.until(), e);
    }
  }

  private PlatformException tooLarge() {
    return new PlatformException(
        ErrorCode.REQUEST_TOO_LARGE,
        "A file that comes through the API may have %d bytes at most: put a larger one straight into the bucket, see files/prepare"
            .formatted(largest));
  }
}
