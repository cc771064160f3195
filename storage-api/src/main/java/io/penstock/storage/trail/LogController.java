package io.penstock.storage.trail;

import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Params;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The log in the layout of its standard: whoever knows C2SP tlog-tiles can read it under {@code
 * /v2/audit/log}.
 *
 * @see <a href="https://c2sp.org/tlog-tiles">tlog-tiles</a>
 */
@RestController
@RequestMapping("/v2/audit/log")
class LogController {
  private static final MediaType TEXT = MediaType.parseMediaType("text/plain;charset=utf-8");

  private final TrailLog log;
  private final OwnEntries own;

  LogController(TrailLog log, OwnEntries own) {
    this.log = log;
    this.own = own;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/checkpoint")
  ResponseEntity<byte[]> checkpoint(Caller caller) {
    return text(log.checkpoint(caller));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/checkpoints/{size}")
  ResponseEntity<byte[]> checkpoint(Caller caller, @PathVariable long size) {
    return text(log.checkpoint(caller, size));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/key")
  ResponseEntity<byte[]> key() {
    return text(log.key());
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/tile/{level}/{*index}")
  ResponseEntity<byte[]> hashes(
      Caller caller, @PathVariable String level, @PathVariable String index) {
    return bytes(log.hashes(caller, "tile/" + level + index));
  }

  @Allow(Allow.Right.MANAGE_TOKENS)
  @GetMapping("/tile/entries/{*index}")
  ResponseEntity<byte[]> entries(Caller caller, @PathVariable String index) {
    return bytes(log.entries(caller, "tile/entries" + index));
  }

  /** Streams; see {@link OwnEntries}. */
  @Allow(Allow.Right.MANAGE_TOKENS)
  @GetMapping("/entries")
  void ownEntries(Caller caller, Params params, HttpServletResponse response) throws IOException {
    own.write(
        caller,
        params.number("after", -1, -1, Long.MAX_VALUE - 1) + 1,
        () -> {
          response.setStatus(HttpServletResponse.SC_OK);
          response.setContentType("application/x-ndjson");
          response.flushBuffer();
          return response.getOutputStream();
        });
  }

  private static ResponseEntity<byte[]> text(byte[] body) {
    return ResponseEntity.ok().contentType(TEXT).body(body);
  }

  private static ResponseEntity<byte[]> bytes(byte[] body) {
    return ResponseEntity.ok().contentType(MediaType.APPLICATION_OCTET_STREAM).body(body);
  }
}
