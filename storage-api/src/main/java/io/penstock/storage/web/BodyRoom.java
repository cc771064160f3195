package io.penstock.storage.web;

import io.penstock.storage.access.ProjectPlaces;
import java.time.Duration;

/**
 * Room for the bodies of calls that are being read or worked on, in all of them together: as
 * objects, what stands in a body can take twenty times the room that it has as text. One of the
 * process, since there is one heap. Thread-safe.
 */
final class BodyRoom {
  /** What most calls send needs no place. */
  static final int SMALL = 64 << 10;

  private static final int PART = 256 << 10;

  /** 32 MB of text. A project may have so much of it that another's largest body has room. */
  private static final ProjectPlaces PARTS =
      new ProjectPlaces("parts of 256 KB of large bodies", 128);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private BodyRoom() {}

  /**
   * Takes room for a body until the call at hand ends; nothing where there is no call.
   *
   * @param bytes that it may have
   * @throws io.penstock.model.PlatformException {@code UNAVAILABLE} when there was none in ten
   *     seconds
   */
  static void take(long bytes) {
    if (Call.isPresent()) {
      Call call = Call.current();
      Long project = call.projectId();
      int parts = Math.toIntExact((bytes + PART - 1) / PART);
      call.holds(PARTS.take(project == null ? 0 : project, parts, PATIENCE));
    }
  }
}
