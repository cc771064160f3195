package io.penstock.storage.file;

import io.penstock.aws.ObjectSink;
import io.penstock.aws.ObjectStore;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.ProjectPlaces;
import io.penstock.storage.file.ReservedFiles.Reservation;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Params;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/**
 * Files that calls of other features bring along: they stream into the bucket and stay hidden until
 * the change that they are for is made. Where that does not come, neither an object nor a file is
 * left. Thread-safe.
 */
@Service
public class IncomingFiles {
  private static final Logger log = LoggerFactory.getLogger(IncomingFiles.class);
  private static final int BUFFER = 64 * 1024;

  private final ReservedFiles reserved;
  private final FileRows rows;
  private final FileSweeper sweeper;
  private final ObjectStore objects;
  private final Events events;
  private final Clock clock;
  private final ProjectPlaces places;

  IncomingFiles(
      ReservedFiles reserved,
      FileRows rows,
      FileSweeper sweeper,
      ObjectStore objects,
      Events events,
      Clock clock,
      FileProperties properties) {
    this.reserved = reserved;
    this.rows = rows;
    this.sweeper = sweeper;
    this.objects = objects;
    this.events = events;
    this.clock = clock;
    this.places = new ProjectPlaces("uploads", properties.concurrentUploads());
  }

  /** A file whose object lies in the bucket, and that nobody sees yet. */
  public static final class Incoming {
    private final Reservation reservation;
    private final StoredFile file;
    private final String sha256;

    private Incoming(Reservation reservation, StoredFile file, String sha256) {
      this.reservation = reservation;
      this.file = file;
      this.sha256 = sha256;
    }

    public StoredFile file() {
      return file;
    }

    /** Of its bytes, in hex. */
    public String sha256() {
      return sha256;
    }
  }

  /**
   * Streams the body into the bucket.
   *
   * @param name of the file; its ending says whether it is packed
   * @param largest more bytes are refused
   */
  public Incoming store(Caller caller, String name, InputStream body, long largest) {
    try (var _ = places.take(caller.projectId())) {
      return stored(caller, name, body, largest);
    }
  }

  private Incoming stored(Caller caller, String name, InputStream body, long largest) {
    Instant now = clock.instant();
    NewFile asked = NewFile.ofUpload(new Params(Map.of(), false), name, "text/csv");
    StoredFile file = FileService.slot(caller, asked, rows.nextId(), now);
    Reservation reservation = reserved.reserve(file, now);
    try (ObjectSink sink = objects.create(file.bucket(), file.key(), file.contentType())) {
      MessageDigest digest = sha256();
      copy(body, sink, digest, largest);
      StoredFile whole = file.stored(file.key(), sink.complete());
      return new Incoming(reservation, whole, HexFormat.of().formatHex(digest.digest()));
    } catch (RuntimeException e) {
      boolean ignored = giveUp(reservation); // what it left is the sweeper's
      throw e;
    }
  }

  /** Shows the file; belongs into the transaction of the change that it is for. */
  public void reveal(Incoming incoming) {
    if (!reserved.reveal(incoming.reservation, incoming.file)) {
      throw new PlatformException(
          ErrorCode.UNAVAILABLE, "The upload took too long. Please try again.");
    }
    events.append(FileService.uploaded(incoming.file));
  }

  /**
   * The change was not made, as far as the caller knows: where the end of its commit was not heard
   * of, the row alone says whether the file is shown. Never fails.
   */
  public void giveUp(Incoming incoming) {
    if (giveUp(incoming.reservation)) {
      sweeper.remove(incoming.file);
    }
  }

  private boolean giveUp(Reservation reservation) {
    try {
      return reserved.release(reservation);
    } catch (RuntimeException e) {
      log.warn("File {} stays reserved until {}", reservation.id(), reservation.until(), e);
      return false;
    }
  }

  private static void copy(InputStream from, ObjectSink sink, MessageDigest digest, long largest) {
    byte[] buffer = new byte[BUFFER];
    long total = 0;
    try {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        total += n;
        if (total > largest) {
          throw tooLarge(largest);
        }
        digest.update(buffer, 0, n);
        sink.write(buffer, 0, n);
      }
    } catch (IOException e) {
      throw new PlatformException(ErrorCode.UNAVAILABLE, "The data could not be stored", e);
    }
  }

  public static PlatformException tooLarge(long largest) {
    return new PlatformException(
        ErrorCode.REQUEST_TOO_LARGE,
        "The data may have %d bytes at most: upload a larger file and load it by dataFileId"
            .formatted(largest));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
