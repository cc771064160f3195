package io.penstock.audit.keep;

import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord;
import io.penstock.trail.CanonicalJson;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A segment as bytes: one line {@code {"index":7,"record":{…},"schema":1}} per record, in canonical
 * JSON. A line without its end is the entry of the log; it has at most 32 KiB.
 */
final class SegmentCodec {
  static final int SCHEMA = 1;
  static final int LARGEST_ENTRY = 32 << 10;
  private static final int TYPICAL_ENTRY = 1024;

  private SegmentCodec() {}

  private record Line(long index, AuditRecord record, int schema) {}

  static Draft encode(Segment segment) {
    ByteArrayOutputStream lines =
        new ByteArrayOutputStream(segment.records().size() * TYPICAL_ENTRY);
    List<AuditRecord> records = new ArrayList<>(segment.records().size());
    Map<String, byte[]> values = new HashMap<>();
    long index = segment.firstIndex();
    for (AuditRecord record : segment.records()) {
      AuditRecord kept = record;
      byte[] entry = entry(index, record);
      if (entry.length > LARGEST_ENTRY) {
        kept = fitting(index, record, entry.length, values);
        entry = entry(index, kept);
      }
      records.add(isReadAsWritten(kept) ? kept : line(entry, 0, entry.length).record());
      lines.writeBytes(entry);
      lines.write('\n');
      index++;
    }
    return new Draft(
        new Segment(segment.trail(), segment.firstIndex(), records), lines.toByteArray(), values);
  }

  /**
   * Canonical numbers are not always those of Java, 1.0 is 1: whoever follows sees what is kept, as
   * it would after a restart.
   */
  private static boolean isReadAsWritten(AuditRecord record) {
    return isPlain(record.params()) && isPlain(record.results());
  }

  private static boolean isPlain(@Nullable Object value) {
    return switch (value) {
      case null -> true;
      case String _, Integer _, Boolean _ -> true;
      case List<?> list -> list.stream().allMatch(SegmentCodec::isPlain);
      case Map<?, ?> map -> map.values().stream().allMatch(SegmentCodec::isPlain);
      default -> false;
    };
  }

  private static byte[] entry(long index, AuditRecord record) {
    return CanonicalJson.ofValue(new Line(index, record, SCHEMA));
  }

  private static AuditRecord fitting(
      long index, AuditRecord record, int length, Map<String, byte[]> values) {
    LargeRecord large = new LargeRecord(record, length - LARGEST_ENTRY);
    AuditRecord fitting = large.reduced();
    int left = entry(index, fitting).length;
    if (left > LARGEST_ENTRY) {
      throw new IllegalStateException(
          "Record %s has %d bytes after all was replaced".formatted(record.id(), left));
    }
    values.putAll(large.values());
    return fitting;
  }

  /**
   * @throws IllegalStateException when the bytes are not the segment that should stand there
   */
  static Segment decode(Trail trail, long firstIndex, byte[] bytes) {
    List<AuditRecord> records = new ArrayList<>();
    int start = 0;
    for (int end = 0; end < bytes.length; end++) {
      if (bytes[end] == '\n') {
        Line line = line(bytes, start, end - start);
        if (line.index() != firstIndex + records.size() || line.schema() != SCHEMA) {
          throw new IllegalStateException(
              "Trail %s, segment %d: line %d is not record %d of schema %d"
                  .formatted(
                      trail, firstIndex, records.size() + 1, firstIndex + records.size(), SCHEMA));
        }
        records.add(line.record());
        start = end + 1;
      }
    }
    if (start != bytes.length || records.isEmpty()) {
      throw new IllegalStateException(
          "Trail %s, segment %d: does not end with a whole record".formatted(trail, firstIndex));
    }
    return new Segment(trail, firstIndex, records);
  }

  private static Line line(byte[] bytes, int from, int length) {
    return Json.mapper().readValue(bytes, from, length, Line.class);
  }
}
