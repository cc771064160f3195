package io.penstock.audit.web;

import io.penstock.audit.keep.Trail;
import io.penstock.audit.read.LogReader;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The log, for storage-api: who may see what of it is decided there. */
@RestController
@RequestMapping("/internal/log")
class LogController {
  /** Where the next part begins; absent: there is none. */
  private static final String NEXT = "X-Penstock-Next";

  private final LogReader log;

  LogController(LogReader log) {
    this.log = log;
  }

  @GetMapping("/key")
  ResponseEntity<byte[]> key() {
    String keys = log.keys();
    if (keys.isEmpty()) {
      throw nothing("There is no signing key");
    }
    return bytes(keys.getBytes(StandardCharsets.UTF_8));
  }

  @GetMapping("/{trail}/object")
  ResponseEntity<byte[]> object(@PathVariable String trail, @RequestParam String path) {
    return bytes(
        log.object(trail(trail), path)
            .orElseThrow(() -> nothing("The log of trail " + trail + " has no such object")));
  }

  @GetMapping("/{trail}/proof/{index}")
  ResponseEntity<byte[]> proof(
      @PathVariable String trail, @PathVariable long index, @RequestParam UUID recordId) {
    return log.proof(trail(trail), index, recordId)
        .map(
            proof ->
                ResponseEntity.ok()
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(proof.toJson().getBytes(StandardCharsets.UTF_8)))
        .orElseThrow(() -> nothing("No checkpoint covers the record yet"));
  }

  @GetMapping("/{trail}/entries")
  ResponseEntity<byte[]> entries(
      @PathVariable String trail, @RequestParam long projectId, @RequestParam long from) {
    if (from < 0) {
      throw new PlatformException(ErrorCode.VALIDATION, "from must not be negative");
    }
    LogReader.OwnPart part =
        log.own(trail(trail), projectId, from)
            .orElseThrow(() -> nothing("The log of trail " + trail + " has no checkpoint"));
    var answer = ResponseEntity.ok().contentType(MediaType.APPLICATION_NDJSON);
    if (part.next() >= 0) {
      answer.header(NEXT, Long.toString(part.next()));
    }
    return answer.body(part.lines());
  }

  private static Trail trail(String name) {
    try {
      return new Trail(name);
    } catch (IllegalArgumentException e) {
      throw new PlatformException(ErrorCode.VALIDATION, "There is no such trail", e);
    }
  }

  private static ResponseEntity<byte[]> bytes(byte[] body) {
    return ResponseEntity.ok().contentType(MediaType.APPLICATION_OCTET_STREAM).body(body);
  }

  private static PlatformException nothing(String text) {
    return new PlatformException(ErrorCode.ROUTE_NOT_FOUND, text);
  }
}
