package io.penstock.storage.trail;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Callers;
import io.penstock.storage.access.ProjectPlaces;
import io.penstock.storage.event.AuditClient.Part;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.StreamEnds;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * A project's entries as they stand in the log, each a line {@code {"index":…,"entry":"…"}}: part
 * after part, with the memory of one. Whoever was broken off goes on after the last index he has.
 * Thread-safe.
 */
@Component
class OwnEntries {
  private final TrailLog log;
  private final Callers callers;
  private final StreamEnds ends;
  private final ProjectPlaces places = ProjectPlaces.few("exports", 8, 2);

  OwnEntries(TrailLog log, Callers callers, StreamEnds ends) {
    this.log = log;
    this.callers = callers;
    this.ends = ends;
  }

  /** Where the bytes go; opened when the first part is there. */
  @FunctionalInterface
  interface Target {
    OutputStream open() throws IOException;
  }

  /** Writes up to the log's end as it was when the call came, and tells how that ended. */
  void write(Caller caller, long from, Target target) throws IOException {
    try (var _ = places.take(caller.projectId())) {
      Part part = log.ownEntries(caller, from);
      OutputStream out = target.open();
      long bytes = 0;
      boolean whole = false;
      try {
        while (true) {
          out.write(part.body());
          bytes += part.body().length;
          if (part.next() < 0) {
            break;
          }
          requireSameRights(caller);
          part = log.ownEntries(caller, part.next());
        }
        out.flush();
        whole = true;
      } finally {
        ends.tell(whole, event(caller, bytes, whole));
      }
    }
  }

  private void requireSameRights(Caller caller) {
    if (!callers.resolve(caller.token().reveal()).sameRightsAs(caller)) {
      throw new PlatformException(
          ErrorCode.UNAVAILABLE, "The token's rights changed during the export; begin it again");
    }
  }

  private static Event event(Caller caller, long bytes, boolean whole) {
    AuditObject project =
        new AuditObject("project", Long.toString(caller.projectId()), caller.project().name());
    Event event =
        whole
            ? Event.of("storage.auditEntriesExported", "Exported entries of the log", project)
            : Event.of(
                "storage.auditEntriesExportError",
                "Export of entries of the log was broken off",
                project);
    return event.as(whole ? "success" : "error").resulting(Map.of("bytes", bytes));
  }
}
