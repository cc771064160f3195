package io.penstock.storage.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** The shapes that answers have: 202 means "the body is a job" and nothing else ever. */
public final class Answers {
  private Answers() {}

  public static ResponseEntity<Object> ok(Object body) {
    return json(200, body);
  }

  /**
   * Writes JSON whose text was made before, or 304 where the caller has it already. For what
   * clients ask all the time: no converter is looked for, and none of it is copied.
   *
   * @param tag its entity tag
   */
  public static void write(HttpServletResponse response, byte[] json, String tag)
      throws IOException {
    if (ServedRequest.current().filter(served -> served.hasAlready(tag, response)).isPresent()) {
      return;
    }
    response.setHeader(HttpHeaders.ETAG, tag);
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    response.setContentLength(json.length);
    response.getOutputStream().write(json);
  }

  public static ResponseEntity<Object> created(Object body) {
    return json(201, body);
  }

  /** Clients begin to poll. */
  public static ResponseEntity<Object> job(Map<String, Object> job) {
    return json(202, job);
  }

  /** What was sent is well-formed, and not usable. */
  public static ResponseEntity<Object> unprocessable(Object body) {
    return json(422, body);
  }

  /** No body, no content type. */
  public static ResponseEntity<Object> noContent() {
    return ResponseEntity.noContent().build();
  }

  private static ResponseEntity<Object> json(int status, Object body) {
    return ResponseEntity.status(status).contentType(MediaType.APPLICATION_JSON).body(body);
  }
}
