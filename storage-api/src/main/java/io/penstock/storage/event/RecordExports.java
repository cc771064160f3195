package io.penstock.storage.event;

import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordQuery;
import io.penstock.model.audit.RecordQuery.Place;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.ProjectPlaces;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Params;
import io.penstock.storage.web.StreamEnds;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * All records that a search finds, page after page straight to whoever asked: the memory of a page,
 * whatever the number. Thread-safe.
 */
@Component
class RecordExports {
  private static final int PAGE = 1_000;
  private static final int PAGE_BYTES = 4 << 20;

  private final EventSearch search;
  private final EventJson json;
  private final RecordPages pages;
  private final StreamEnds ends;
  private final Clock clock;
  private final ProjectPlaces places = ProjectPlaces.few("exports", 8, 2);

  RecordExports(
      EventSearch search, EventJson json, RecordPages pages, StreamEnds ends, Clock clock) {
    this.search = search;
    this.json = json;
    this.pages = pages;
    this.ends = ends;
    this.clock = clock;
  }

  /** Where the bytes go; opened when the first page is there. */
  @FunctionalInterface
  interface Target {
    OutputStream open() throws IOException;
  }

  /**
   * Writes everything, and tells how it ended.
   *
   * @throws PlatformException as the caller's answer before the first byte; whatever is thrown
   *     later breaks the answer off
   */
  void write(Caller caller, Params params, ExportForm form, Target target) throws IOException {
    RecordQuery query =
        RecordParams.whole(
            caller, search.viewer(caller), params, clock.instant(), PAGE, PAGE_BYTES);
    try (var _ = places.take(caller.projectId())) {
      RecordQuery.Page first = search.page(caller, query);
      Sent sent = new Sent(target.open());
      boolean whole = false;
      try {
        sent.write(form.header());
        writePages(caller, query, first, form, sent);
        sent.out.flush();
        whole = true;
      } finally {
        ends.tell(whole, event(caller, sent, whole));
      }
    }
  }

  private void writePages(
      Caller caller, RecordQuery query, RecordQuery.Page first, ExportForm form, Sent sent)
      throws IOException {
    List<KeptRecord> records = first.records();
    while (!records.isEmpty()) {
      List<Map<String, Object>> shown = json.records(caller, records, false);
      for (int i = 0; i < records.size(); i++) {
        sent.write(form.row(records.get(i), shown.get(i)));
        sent.rows++;
      }
      records = pages.next(caller, query.after(Place.of(records.getLast().record()))).records();
    }
  }

  private static Event event(Caller caller, Sent sent, boolean whole) {
    AuditObject project =
        new AuditObject("project", Long.toString(caller.projectId()), caller.project().name());
    Event event =
        whole
            ? Event.of("storage.auditEventsExported", "Exported audit events", project)
            : Event.of(
                "storage.auditEventsExportError", "Export of audit events was broken off", project);
    return event
        .as(whole ? "success" : "error")
        .with(Call.current().params())
        .resulting(Map.of("rowsCount", sent.rows, "bytes", sent.bytes));
  }

  /** What went out. */
  private static final class Sent {
    private final OutputStream out;
    private long bytes;
    private long rows;

    Sent(OutputStream out) {
      this.out = out;
    }

    void write(String text) throws IOException {
      byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      out.write(encoded);
      bytes += encoded.length;
    }
  }
}
