package io.penstock.storage.table;

import io.penstock.model.job.JobTask.ExportFormat;
import io.penstock.model.table.TableQuery;
import io.penstock.storage.table.TableStream.Sent;
import io.penstock.storage.table.TableStream.Target;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.StreamEnds;
import java.io.IOException;
import java.util.Map;

/**
 * An export that answers its own call: one stream with a header.
 *
 * @param shown what its events say was asked for
 */
record DirectExport(
    TableStream stream,
    StreamEnds ends,
    ReadableTable from,
    TableQuery query,
    ExportFormat format,
    Map<String, Object> shown) {

  String contentType() {
    return format == ExportFormat.JSON ? "application/x-ndjson" : "text/csv;charset=utf-8";
  }

  /**
   * Writes everything. How it ended is told once its first byte has left; before that the call's
   * own record tells.
   *
   * @throws io.penstock.model.PlatformException before the first byte only
   */
  void write(Target target) throws IOException {
    Sent sent = new Sent();
    boolean whole = false;
    try {
      stream.write(from.rows(), query, format, target, sent);
      whole = true;
    } finally {
      if (sent.begun()) {
        ends.tell(whole, event(sent, whole));
      }
    }
  }

  private Event event(Sent sent, boolean whole) {
    String label = from.table().label();
    Event event =
        whole
            ? Event.of("storage.tableExported", "Exported table " + label, from.table().object())
            : Event.of(
                "storage.tableExportError",
                "Export of table %s was broken off".formatted(label),
                from.table().object());
    return event
        .as(whole ? "success" : "error")
        .with(shown)
        .resulting(Map.of("rowsCount", sent.rows(), "bytes", sent.bytes()));
  }
}
