package io.penstock.audit.search;

import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordQuery;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Finds records of one project; what was applied to the index before is found. Thread-safe; a
 * search that takes too long is given up with {@code UNAVAILABLE}.
 */
public interface RecordFinder {

  /**
   * What a page is written to: opened with the first byte, so that errors before it can still be
   * answered.
   */
  @FunctionalInterface
  interface Body {
    OutputStream open() throws IOException;
  }

  /**
   * Writes a {@link RecordQuery.Page} as JSON, records as they were stored. Never holds a whole
   * page.
   */
  void writePage(RecordQuery query, Body body);

  /** A record of the project by its UUID or number. */
  Optional<KeptRecord> find(long projectId, String idOrNumber);
}
