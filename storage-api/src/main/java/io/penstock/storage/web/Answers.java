package io.penstock.storage.web;

import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** The shapes that answers have: 202 means "the body is a job" and nothing else ever. */
public final class Answers {
  private Answers() {}

  public static ResponseEntity<Object> ok(Object body) {
    return json(200, body);
  }

  /**
   * JSON that was written before; 304 where the caller has it already.
   *
   * @param tag its entity tag
   */
  public static ResponseEntity<Object> written(byte[] json, String tag) {
    ServedRequest.current().ifPresent(ServedRequest::notHeldBack);
    return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).eTag(tag).body(json);
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
