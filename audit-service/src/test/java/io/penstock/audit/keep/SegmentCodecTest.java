package io.penstock.audit.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.penstock.audit.Samples;
import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;

class SegmentCodecTest {
  private static final Trail TRAIL = new Trail("1");

  @Test
  void keyHoldsTheFirstIndexInTwentyDigits() {
    assertThat(SegmentStore.key(new Trail("12"), 42))
        .isEqualTo("audit/12/segments/00000000000000000042");
    assertThat(SegmentStore.key(Trail.PLATFORM, Long.MAX_VALUE))
        .isEqualTo("audit/platform/segments/09223372036854775807");
  }

  @Test
  void nameOfATrailNeverLeadsOutOfIt() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Trail("../12"));
    assertThatIllegalArgumentException().isThrownBy(() -> new Trail(""));
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    Segment segment = new Segment(TRAIL, 7, records(Map.of("a", 1, "b", List.of("x"))));

    assertThat(SegmentCodec.decode(TRAIL, 7, SegmentCodec.encode(segment).lines()))
        .isEqualTo(segment);
  }

  @Test
  void bytesDependOnTheRecordsAlone() {
    Map<String, Object> forth = new LinkedHashMap<>();
    forth.put("a", 1);
    forth.put("b", 2);
    Map<String, Object> back = new LinkedHashMap<>();
    back.put("b", 2);
    back.put("a", 1);

    byte[] one = SegmentCodec.encode(new Segment(TRAIL, 0, records(forth))).lines();
    byte[] other = SegmentCodec.encode(new Segment(TRAIL, 0, records(back).reversed())).lines();

    assertThat(one).isEqualTo(other);
    assertThat(new String(one, StandardCharsets.UTF_8).lines())
        .allMatch(line -> line.startsWith("{\"index\":") && line.endsWith("\"schema\":1}"));
  }

  @Test
  void damagedSegmentIsRefused() {
    byte[] bytes = SegmentCodec.encode(new Segment(TRAIL, 7, records(Map.of()))).lines();

    assertThatIllegalStateException().isThrownBy(() -> SegmentCodec.decode(TRAIL, 8, bytes));
    assertThatIllegalStateException().isThrownBy(() -> SegmentCodec.decode(TRAIL, 7, new byte[0]));
    assertThatIllegalStateException()
        .isThrownBy(() -> SegmentCodec.decode(TRAIL, 7, Arrays.copyOf(bytes, bytes.length - 1)));
  }

  @Test
  void linesAreCanonicalJson() throws IOException {
    Map<String, Object> params =
        Map.of("ö/\u001f", "😀\\", "a", new BigDecimal("0.10"), "n", 1L << 60, "x", 1e30);

    byte[] lines = SegmentCodec.encode(new Segment(TRAIL, 7, records(params))).lines();

    for (String line : new String(lines, StandardCharsets.UTF_8).split("\n", -1)) {
      if (!line.isEmpty()) {
        assertThat(new JsonCanonicalizer(line).getEncodedString()).isEqualTo(line);
      }
    }
    assertThat(new String(lines, StandardCharsets.UTF_8))
        .contains("\"a\":0.1,\"n\":\"1152921504606846976\",\"x\":1e+30,\"ö/\\u001f\":\"😀\\\\\"");
  }

  @Test
  void whoFollowsSeesWhatWouldBeReadLater() {
    Map<String, Object> params =
        Map.of(
            "whole",
            1.0,
            "large",
            List.of(1L << 60),
            "exact",
            new BigDecimal("0.50"),
            "inexact",
            new BigDecimal("0.12345678901234567890"));

    Draft draft = SegmentCodec.encode(new Segment(TRAIL, 7, records(params)));

    assertThat(draft.segment()).isEqualTo(SegmentCodec.decode(TRAIL, 7, draft.lines()));
    assertThat(draft.segment().records().getFirst().params())
        .containsEntry("whole", 1)
        .containsEntry("large", List.of("1152921504606846976"))
        .containsEntry("exact", 0.5)
        .containsEntry("inexact", "0.12345678901234567890");
  }

  @Test
  void lineThatWasWrittenByAnEarlierVersionIsRead() {
    byte[] old =
        Json.write(Map.of("index", 7, "record", Samples.event(1).build(), "schema", 1))
            .getBytes(StandardCharsets.UTF_8);

    byte[] line = Arrays.copyOf(old, old.length + 1);
    line[old.length] = '\n';
    Segment read = SegmentCodec.decode(TRAIL, 7, line);

    assertThat(read.records()).containsExactly(Samples.event(1).build());
  }

  private static List<AuditRecord> records(Map<String, Object> params) {
    return List.of(
        Samples.event(1).params(params).build(), Samples.event(2).params(params).build());
  }
}
