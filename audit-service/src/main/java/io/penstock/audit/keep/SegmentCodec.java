package io.penstock.audit.keep;

import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A segment as bytes: one line {@code {"index":7,"record":{…},"schema":1}} per record, members
 * sorted by name.
 */
final class SegmentCodec {
  static final int SCHEMA = 1;
  private static final JsonMapper CANONICAL =
      Json.mapper()
          .rebuild()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private SegmentCodec() {}

  private record Line(long index, AuditRecord record, int schema) {}

  static byte[] encode(Segment segment) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.records().size() * 1024);
    long index = segment.firstIndex();
    for (AuditRecord record : segment.records()) {
      bytes.writeBytes(CANONICAL.writeValueAsBytes(new Line(index++, record, SCHEMA)));
      bytes.write('\n');
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalStateException when the bytes are not the segment that should stand there
   */
  static Segment decode(Trail trail, long firstIndex, byte[] bytes) {
    List<AuditRecord> records = new ArrayList<>();
    int start = 0;
    for (int end = 0; end < bytes.length; end++) {
      if (bytes[end] == '\n') {
        Line line =
            CANONICAL.readValue(
                new String(bytes, start, end - start, StandardCharsets.UTF_8), Line.class);
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
}
