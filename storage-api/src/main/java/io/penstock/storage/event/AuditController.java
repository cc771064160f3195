package io.penstock.storage.event;

import io.penstock.model.audit.RecordQuery;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Params;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Everything that was recorded of a project, events and calls alike: what auditors ask. */
@RestController
@RequestMapping("/v2/audit/events")
class AuditController {
  private static final int BUFFER = 32 * 1024;

  private final EventSearch search;
  private final EventJson json;
  private final RecordLists lists;
  private final RecordExports exports;

  AuditController(EventSearch search, EventJson json, RecordLists lists, RecordExports exports) {
    this.search = search;
    this.json = json;
    this.lists = lists;
    this.exports = exports;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping
  ResponseEntity<Object> list(Caller caller, Params params) {
    RecordQuery query = RecordParams.records(caller, search.viewer(caller), params);
    return Answers.ok(
        lists.of(caller, query, (reader, records) -> json.records(reader, records, true)));
  }

  /**
   * Streams. What leaves first is the answer's head, so that whatever fails later resets the
   * connection.
   */
  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/export")
  void export(Caller caller, Params params, HttpServletResponse response) throws IOException {
    ExportForm form = ExportForm.of(params.text("format", "csv"));
    exports.write(
        caller,
        params,
        form,
        () -> {
          response.setStatus(HttpServletResponse.SC_OK);
          response.setContentType(form.contentType());
          response.setHeader(
              "Content-Disposition", "attachment; filename=\"" + form.fileName() + "\"");
          response.flushBuffer();
          return new BufferedOutputStream(response.getOutputStream(), BUFFER);
        });
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/{id}")
  ResponseEntity<Object> detail(Caller caller, @PathVariable String id) {
    return Answers.ok(
        json.records(caller, List.of(search.requireRecord(caller, id)), true).getFirst());
  }
}
