package io.penstock.audit.search;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.penstock.model.Json;
import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordQuery;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes a {@link RecordQuery.Page} record by record. */
final class PageJson {
  private static final byte[] REPLACED = "\"replaced\":[\"".getBytes(US_ASCII);

  private final OutputStream out;
  private final long most;
  private final UnaryOperator<KeptRecord> whole;
  private boolean begun;
  private long bytes;

  /**
   * @param most bytes of records, see {@link RecordQuery.Paging#bytes}
   * @param whole gives a record back what is not in the index
   */
  PageJson(OutputStream out, int most, UnaryOperator<KeptRecord> whole) throws IOException {
    this.out = out;
    this.whole = whole;
    this.most = most == 0 ? Long.MAX_VALUE : most;
    out.write("{\"records\":[".getBytes(US_ASCII));
  }

  /** A {@link KeptRecord} as JSON, written as it is where it is whole. */
  void record(byte[] json, int offset, int length) throws IOException {
    if (mayBeReplaced(json, offset, length)) {
      KeptRecord kept = Json.mapper().readValue(json, offset, length, KeptRecord.class);
      byte[] restored = Json.mapper().writeValueAsBytes(whole.apply(kept));
      write(restored, 0, restored.length);
    } else {
      write(json, offset, length);
    }
  }

  private void write(byte[] json, int offset, int length) throws IOException {
    if (begun) {
      out.write(',');
    }
    begun = true;
    out.write(json, offset, length);
    bytes += length;
  }

  /** Reading every record to know would cost more than the search; a false yes costs a reading. */
  private static boolean mayBeReplaced(byte[] json, int offset, int length) {
    int last = offset + length - REPLACED.length;
    for (int at = offset; at <= last; at++) {
      if (json[at] == REPLACED[0]
          && Arrays.equals(json, at, at + REPLACED.length, REPLACED, 0, REPLACED.length)) {
        return true;
      }
    }
    return false;
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
