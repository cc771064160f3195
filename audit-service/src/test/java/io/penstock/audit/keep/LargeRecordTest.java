package io.penstock.audit.keep;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.audit.FileObjectStore;
import io.penstock.audit.Samples;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.KeptRecord;
import io.penstock.trail.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeRecordTest {
  private static final Trail TRAIL = new Trail("1");

  @TempDir Path directory;

  @Test
  void recordThatFitsIsLeftAsItIs() {
    AuditRecord record = Samples.event(1).params(Map.of("a", "x".repeat(30_000))).build();

    Draft draft = draft(record);

    assertThat(draft.segment().records()).containsExactly(record);
    assertThat(draft.values()).isEmpty();
  }

  @Test
  void largestParametersGiveWayToTheirHashes() throws Exception {
    String large = "ü".repeat(20_000);
    AuditRecord record =
        Samples.event(1)
            .params(Map.of("sql", large, "small", "kept", "rows", List.of("y".repeat(9_000))))
            .build();

    Draft draft = draft(record);

    byte[] json = ("\"" + large + "\"").getBytes(StandardCharsets.UTF_8);
    String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
    Map<String, Object> params = draft.segment().records().getFirst().params();
    assertThat(params)
        .containsEntry("sql", Map.of("bytes", json.length, "sha256", hash))
        .containsEntry("small", "kept")
        .containsEntry("rows", List.of("y".repeat(9_000)));
    assertThat(draft.values()).containsOnlyKeys(hash).containsEntry(hash, json);
  }

  @Test
  void whateverIsTooLongAnEntryHasAtMost32KiB() {
    String text = "\"\u0001".repeat(40_000);
    AuditRecord record =
        Samples.event(1)
            .params(many())
            .message(text)
            .operation(text)
            .type(text)
            .component(text, text)
            .run(text)
            .actor(text, text, text)
            .object(text, text, text)
            .build();

    Draft draft = draft(record);

    assertThat(draft.lines()).hasSizeLessThanOrEqualTo((32 << 10) + 1);
    AuditRecord kept = draft.segment().records().getFirst();
    assertThat(kept.id()).isEqualTo(record.id());
    assertThat(kept.params()).containsOnlyKeys("bytes", "sha256");
    assertThat(kept.message()).startsWith("{\"bytes\":80000,\"sha256\":\"");
    assertThat(SegmentCodec.decode(TRAIL, 0, draft.lines()).records()).isEqualTo(List.of(kept));
  }

  @Test
  void replacedValuesAreKeptBeforeTheSegmentThatNamesThem() {
    FileObjectStore objects = new FileObjectStore(directory);
    SegmentStore store = new SegmentStore(objects, "trail");
    Draft draft = draft(Samples.event(1).params(Map.of("a", "x".repeat(40_000))).build());

    assertThat(store.write(draft)).isTrue();
    assertThat(store.write(draft)).as("written already").isFalse();

    String value = "audit/1/values/" + draft.values().keySet().iterator().next();
    String segment = SegmentStore.key(TRAIL, 0);
    assertThat(objects.written).startsWith(value, segment);
    assertThat(objects.locked).contains(value, segment);
    assertThat(store.read(TRAIL, 0)).contains(draft.segment());
  }

  @Test
  void everythingComesBackWhole() {
    String text = "\"\u0001ü".repeat(40_000);
    List<Map<String, Object>> few =
        List.of(
            Map.of("sql", "x".repeat(40_000), "n", 1.5, "list", List.of("y".repeat(20_000), 3)),
            many(),
            long600());
    for (Map<String, Object> params : few) {
      AuditRecord record =
          Samples.event(1).params(params).message(text).actor("token", "7", text).build();
      Draft draft = draft(record);

      assertThat(whole(draft, draft.segment().replacedIn(record))).isEqualTo(record);
      assertThat(whole(SegmentCodec.decode(TRAIL, 0, draft.lines()), draft)).isEqualTo(record);
    }
  }

  @Test
  void nobodyReadsAnothersValueByItsHash() {
    Draft other = draft(Samples.event(2).params(Map.of("a", "x".repeat(40_000))).build());
    String hash = other.segment().replacedIn(Samples.event(2).build()).getFirst();
    Map<String, Object> claim = Map.of("bytes", 40_002, "sha256", hash);
    AuditRecord record =
        Samples.event(1)
            .params(Map.of("a", claim, "b", "y".repeat(40_000)))
            .message("{\"bytes\":40002,\"sha256\":\"" + hash + "\"}")
            .build();
    Draft draft = draft(record);
    boolean _ = store().write(other);

    assertThat(whole(draft, draft.segment().replacedIn(record))).isEqualTo(record);
  }

  @Test
  void whatLooksLikeAReferenceComesBackAsItWasSent() throws Exception {
    String text = "a".repeat(40_000);
    String number = "1".repeat(40_000);
    Map<String, Object> ofText = claim(text);
    Map<String, Object> ofNumber = claim(number);
    Map<String, Object> ofMember = claim("\"" + text + "\"");
    List<Map<String, Object>> sent =
        List.of(
            Map.of("x", ofText),
            Map.of("x", ofNumber, "y", 7),
            Map.of("x", ofMember, "sql", text),
            ofText,
            ofNumber,
            Map.of("bytes", 1, "sha256", ofText.get("sha256"), "attachments", "mine"),
            Map.of("bytes", text, "sha256", text),
            Map.of("x", claim(CanonicalJson.ofValue(ofText)), "y", ofText));
    for (Map<String, Object> params : sent) {
      for (String message : List.of(text, number, json(ofMember))) {
        AuditRecord record =
            Samples.event(1).params(params).message(message).actor("token", "7", text).build();
        Draft draft = draft(record);

        assertThat(draft.lines()).hasSizeLessThanOrEqualTo((32 << 10) + 1);
        assertThat(whole(draft, draft.segment().replacedIn(record))).isEqualTo(record);
      }
    }
  }

  @Test
  void thousandsOfWhatLooksLikeAReferenceHaveRoom() throws Exception {
    String text = "a".repeat(40_000);
    Map<String, Object> claims = new TreeMap<>();
    for (int i = 0; i < 2_000; i++) {
      claims.put("x" + i, claim(text));
    }
    AuditRecord record = Samples.event(1).params(claims).message(text).build();
    Draft draft = draft(record);

    assertThat(draft.lines()).hasSizeLessThanOrEqualTo((32 << 10) + 1);
    assertThat(whole(draft, draft.segment().replacedIn(record))).isEqualTo(record);
  }

  /** What a caller can write who knows what the entry will have. */
  private static Map<String, Object> claim(String value) throws Exception {
    return claim(value.getBytes(StandardCharsets.UTF_8));
  }

  private static String json(Map<String, Object> map) {
    return new String(CanonicalJson.ofValue(map), StandardCharsets.UTF_8);
  }

  private static Map<String, Object> claim(byte[] value) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(value);
    return Map.of("bytes", 1, "sha256", HexFormat.of().formatHex(hash));
  }

  private SegmentStore store() {
    return new SegmentStore(new FileObjectStore(directory), "trail");
  }

  private AuditRecord whole(Segment read, Draft written) {
    return whole(
        new Draft(read, written.lines(), written.values()),
        read.replacedIn(read.records().getFirst()));
  }

  private AuditRecord whole(Draft draft, List<String> replaced) {
    boolean _ = store().write(draft);
    var objects =
        new TrailObjects(
            new FileObjectStore(directory), "trail", Duration.ofDays(1), Clock.systemUTC());
    AuditRecord kept = draft.segment().records().getFirst();
    return new WholeRecords(objects).of(new KeptRecord(0, kept, replaced)).record();
  }

  private static Map<String, Object> many() {
    Map<String, Object> many = new TreeMap<>();
    IntStream.range(0, 5_000).forEach(i -> many.put("parameter " + i, i));
    return many;
  }

  /** Each of them is worth replacing, and all their hashes have no room in an entry. */
  private static Map<String, Object> long600() {
    Map<String, Object> many = new TreeMap<>();
    IntStream.range(0, 600).forEach(i -> many.put("p" + i, i + "x".repeat(300)));
    return many;
  }

  private static Draft draft(AuditRecord record) {
    return SegmentCodec.encode(new Segment(TRAIL, 0, List.of(record)));
  }
}
