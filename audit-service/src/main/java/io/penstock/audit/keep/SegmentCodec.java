package io.penstock.audit.keep;

import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord;
import io.penstock.trail.CanonicalJson;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A segment as bytes: one line {@code {"index":7,"record":{…},"schema":1}} per record, in canonical
 * JSON; where values were replaced, their hashes stand in {@code replaced}. A line without its end
 * is the entry of the log; it has at most 32 KiB.
 */
final class SegmentCodec {
  static final int SCHEMA = AuditRecord.SCHEMA;
  static final int LARGEST_ENTRY = 32 << 10;
  private static final int TYPICAL_ENTRY = 1024;

  private SegmentCodec() {}

  private record WholeLine(long index, AuditRecord record, int schema) {}

  private record Line(
      long index, AuditRecord record, @Nullable List<String> replaced, int schema) {}

  /**
   * @throws UnfitRecords naming each record that no entry can hold
   */
  static Draft encode(Segment segment) {
    ByteArrayOutputStream lines =
        new ByteArrayOutputStream(segment.records().size() * TYPICAL_ENTRY);
    List<AuditRecord> records = new ArrayList<>(segment.records().size());
    Map<String, byte[]> values = new HashMap<>();
    Map<UUID, List<String>> replaced = new HashMap<>();
    Map<UUID, RuntimeException> unfit = new HashMap<>();
    long index = segment.firstIndex();
    for (AuditRecord record : segment.records()) {
      try {
        AuditRecord kept = record;
        byte[] entry = CanonicalJson.ofValue(new WholeLine(index, record, SCHEMA));
        if (entry.length > LARGEST_ENTRY) {
          LargeRecord large = new LargeRecord(record, entry.length - LARGEST_ENTRY);
          kept = large.reduced();
          entry = fitting(index, kept, large.replaced());
          values.putAll(large.values());
          replaced.put(record.id(), large.replaced());
        }
        records.add(isReadAsWritten(kept) ? kept : line(entry, 0, entry.length).record());
        lines.writeBytes(entry);
        lines.write('\n');
      } catch (RuntimeException e) {
        unfit.put(record.id(), e);
      }
      index++;
    }
    if (!unfit.isEmpty()) {
      throw new UnfitRecords(unfit);
    }
    return new Draft(
        new Segment(segment.trail(), segment.firstIndex(), records, replaced),
        lines.toByteArray(),
        values);
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

  private static byte[] fitting(long index, AuditRecord reduced, List<String> replaced) {
    byte[] entry = CanonicalJson.ofValue(new Line(index, reduced, replaced, SCHEMA));
    if (entry.length > LARGEST_ENTRY) {
      throw new IllegalStateException(
          "Record %s has %d bytes after all was replaced".formatted(reduced.id(), entry.length));
    }
    return entry;
  }

  /**
   * @throws IllegalStateException when the bytes are not the segment that should stand there
   */
  static Segment decode(Trail trail, long firstIndex, byte[] bytes) {
    List<AuditRecord> records = new ArrayList<>();
    Map<UUID, List<String>> replaced = new HashMap<>();
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
        if (line.replaced() != null) {
          replaced.put(line.record().id(), line.replaced());
        }
        start = end + 1;
      }
    }
    if (start != bytes.length || records.isEmpty()) {
      throw new IllegalStateException(
          "Trail %s, segment %d: does not end with a whole record".formatted(trail, firstIndex));
    }
    return new Segment(trail, firstIndex, records, replaced);
  }

  private static Line line(byte[] bytes, int from, int length) {
    return Json.mapper().readValue(bytes, from, length, Line.class);
  }
}
