package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.table.TableQuery;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Params;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.time.Clock;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What takes rows out of tables, over HTTP (chapter 2.6). */
@RestController
@RequestMapping("/v2/storage/tables/{id}")
class TableReadController {
  private static final MediaType CSV = MediaType.parseMediaType("text/csv;charset=utf-8");
  private static final int PREVIEW_ROWS = 100;
  private static final int MAX_PREVIEW_ROWS = 1000;
  private static final int BUFFER = 32 * 1024;

  private final Tables tables;
  private final ExportService exports;
  private final Preview preview;
  private final Clock clock;

  TableReadController(Tables tables, ExportService exports, Preview preview, Clock clock) {
    this.tables = tables;
    this.exports = exports;
    this.preview = preview;
    this.clock = clock;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/export-async")
  ResponseEntity<Object> export(Caller caller, @PathVariable String id, Params params) {
    return Answers.job(exports.export(caller, id, params));
  }

  /**
   * Streams. What leaves first is the answer's head, so that whatever fails later resets the
   * connection.
   */
  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/export")
  void stream(Caller caller, @PathVariable String id, Params params, HttpServletResponse response)
      throws IOException {
    DirectExport export = exports.direct(caller, id, params);
    export.write(
        () -> {
          response.setStatus(HttpServletResponse.SC_OK);
          response.setContentType(export.contentType());
          response.flushBuffer();
          return new BufferedOutputStream(response.getOutputStream(), BUFFER);
        });
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/data-preview")
  ResponseEntity<byte[]> preview(Caller caller, @PathVariable String id, Params params) {
    ReadableTable table = tables.requireReadable(caller, id);
    Call.current()
        .tell(
            Event.of(
                "storage.tableDataPreview",
                "Preview of table " + table.table().label(),
                table.table().object()));
    ExportParams.refuseNotBuilt(params);
    String format = params.text("format", "rfc");
    TableQuery query =
        table.restrict(FilterParams.read(params, table.columns(), limit(params), clock.instant()));
    return switch (format) {
      case "rfc", "" -> ResponseEntity.ok().contentType(CSV).body(preview.csv(table.rows(), query));
      case "json" ->
          ResponseEntity.ok()
              .contentType(MediaType.APPLICATION_JSON)
              .body(preview.json(table.rows(), query));
      default -> throw ExportParams.invalidFormat("format", format);
    };
  }

  /** Clients of Go send 0 where their caller gave none. */
  private static long limit(Params params) {
    long given = params.number("limit", PREVIEW_ROWS, 0, Long.MAX_VALUE);
    long limit = given == 0 ? PREVIEW_ROWS : given;
    if (limit > MAX_PREVIEW_ROWS) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION,
          "limit: a preview has %d rows at most; export the table for more"
              .formatted(MAX_PREVIEW_ROWS));
    }
    return limit;
  }
}
