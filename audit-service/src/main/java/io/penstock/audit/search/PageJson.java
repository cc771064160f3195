package io.penstock.audit.search;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.penstock.model.Json;
import io.penstock.model.audit.RecordQuery;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Writes a {@link RecordQuery.Page} record by record. */
final class PageJson {
  private final OutputStream out;
  private final long most;
  private boolean begun;
  private long bytes;

  /**
   * @param most bytes of records, see {@link RecordQuery.Paging#bytes}
   */
  PageJson(OutputStream out, int most) throws IOException {
    this.out = out;
    this.most = most == 0 ? Long.MAX_VALUE : most;
    out.write("{\"records\":[".getBytes(US_ASCII));
  }

  /** A {@link io.penstock.model.audit.KeptRecord} as JSON. */
  void record(byte[] json, int offset, int length) throws IOException {
    if (begun) {
      out.write(',');
    }
    begun = true;
    out.write(json, offset, length);
    bytes += length;
  }

  /** Whether the page ends here. */
  boolean isFull() {
    return bytes >= most;
  }

  /**
   * @param counts null where nobody asked
   */
  void end(long total, RecordCounts.@Nullable Found counts) throws IOException {
    out.write(("],\"total\":" + total).getBytes(US_ASCII));
    if (counts != null) {
      out.write(",\"facets\":".getBytes(US_ASCII));
      out.write(Json.mapper().writeValueAsBytes(counts.facets()));
      out.write(",\"histogram\":".getBytes(US_ASCII));
      out.write(Json.mapper().writeValueAsBytes(counts.histogram()));
    }
    if (isFull()) {
      out.write(",\"cut\":true".getBytes(US_ASCII));
    }
    out.write('}');
  }
}
