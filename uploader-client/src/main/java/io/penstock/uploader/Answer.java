package io.penstock.uploader;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One answer of the API, whatever its status.
 *
 * @param status HTTP status
 * @param text the body as UTF-8 text; empty when there is none
 * @param recordId id of the audit record that this call left ({@code X-Penstock-Record-Id}); empty
 *     when the server sent none
 */
public record Answer(int status, String text, String recordId) {
  static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * The body as JSON; a missing node when it is empty or something else, so that {@code path(…)}
   * always works.
   */
  public JsonNode json() {
    try {
      return text.isBlank() ? JSON.missingNode() : JSON.readTree(text);
    } catch (JacksonException _) {
      return JSON.missingNode();
    }
  }

  /** True for 2xx. */
  public boolean accepted() {
    return status / 100 == 2;
  }

  /** The body alone may hold a customer's data or a new token, so it stays out of logs. */
  @Override
  public String toString() {
    return "Answer[status=%d, %d characters]".formatted(status, text.length());
  }
}
