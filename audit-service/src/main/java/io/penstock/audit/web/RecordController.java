package io.penstock.audit.web;

import io.penstock.audit.search.RecordFinder;
import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.RecordQuery;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;

/** What storage-api asks. */
@RestController
class RecordController {
  private static final int LARGEST_REQUEST = 8 << 20;

  private final RecordFinder search;

  RecordController(RecordFinder search) {
    this.search = search;
  }

  @PostMapping("/internal/records/search")
  void search(HttpServletRequest request, HttpServletResponse response) throws IOException {
    RecordQuery query = query(request);
    search.writePage(
        query,
        () -> {
          response.setContentType(MediaType.APPLICATION_JSON_VALUE);
          return response.getOutputStream();
        });
  }

  @GetMapping("/internal/records/{idOrNumber}")
  ResponseEntity<byte[]> find(@PathVariable String idOrNumber, @RequestParam long projectId) {
    var record =
        search
            .find(projectId, idOrNumber)
            .orElseThrow(
                () ->
                    new PlatformException(
                        ErrorCode.EVENT_NOT_FOUND,
                        "Event \"" + idOrNumber + "\" was not found in the project"));
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .body(Json.write(record).getBytes(StandardCharsets.UTF_8));
  }

  private static RecordQuery query(HttpServletRequest request) throws IOException {
    byte[] body = request.getInputStream().readNBytes(LARGEST_REQUEST + 1);
    if (body.length > LARGEST_REQUEST) {
      throw new PlatformException(
          ErrorCode.REQUEST_TOO_LARGE, "A search is at most " + LARGEST_REQUEST + " bytes");
    }
    try {
      return Json.mapper().readValue(body, RecordQuery.class);
    } catch (JacksonException e) {
      throw new PlatformException(ErrorCode.MALFORMED_REQUEST, "The body is not a record query", e);
    }
  }
}
