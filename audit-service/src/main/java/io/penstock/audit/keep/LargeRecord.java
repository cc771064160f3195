package io.penstock.audit.keep;

import io.penstock.model.audit.AuditRecord;
import io.penstock.trail.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record that is too long for an entry. Its largest members of {@code params} and {@code results}
 * give way to {@code {"bytes":n,"sha256":"hex"}}; where that is not enough, these two as a whole,
 * the attachments, and then the longest texts, which become the text of such an object.
 *
 * <p>What a caller wrote in the form of such an object gives way, too, whatever its size: in a
 * record of which something was replaced, every object of that form stands for something else. A
 * map gives way member by member or as a whole, never both, so that what stood in the whole is
 * never taken for a reference.
 */
final class LargeRecord {
  /** The member of {@code params} that says which files there were. */
  static final String ATTACHMENTS = "attachments";

  /** A reference's text; anything longer is a caller's. */
  private static final int LONGEST_REFERENCE = 120;

  /** A reference has up to 110 bytes; what is not much longer stays. */
  private static final int WORTH_IT = 256;

  /** Each member that gives way by itself is an object to write and to read: few, and large. */
  private static final int MEMBER_WORTH_IT = 1024;

  /** With its hash among the entry's {@code replaced}, and escapes where it is a text. */
  private static final int MOST_OF_A_REFERENCE = 192;

  /** The entry's member {@code replaced} without the hashes. */
  private static final int MEMBER = 16;

  /**
   * So few are replaced one by one that their hashes have room in the entry; where more have to be,
   * all are replaced as one.
   */
  private static final int MOST_MEMBERS = 64;

  private final AuditRecord record;
  private final Members params;
  private final Members results;
  private final Map<String, byte[]> others = new HashMap<>();
  private List<Long> attachments;
  private long excess;

  /**
   * @param excess how many bytes have to go
   */
  LargeRecord(AuditRecord record, long excess) {
    this.record = record;
    this.params = new Members(record.params());
    this.results = new Members(record.results());
    this.attachments = record.attachments();
    this.excess = excess + MEMBER;
  }

  /** Whether a map has the form of a reference, whoever made it. */
  static boolean isReference(Map<?, ?> map) {
    return map.size() == 2 && map.containsKey("bytes") && map.get("sha256") instanceof String;
  }

  /** Whether a text may be a reference, whoever made it. */
  static boolean isReference(String text) {
    return text.length() <= LONGEST_REFERENCE && text.startsWith("{\"bytes\":");
  }

  /** What was replaced, by its SHA-256; a member's canonical JSON, or a text as it is. */
  Map<String, byte[]> values() {
    Map<String, byte[]> values = new HashMap<>(others);
    values.putAll(params.values);
    values.putAll(results.values);
    return values;
  }

  /** The keys of {@link #values} as they stand in the entry. */
  List<String> replaced() {
    return values().keySet().stream().sorted().toList();
  }

  AuditRecord reduced() {
    params.replaceIfItHasReferences();
    results.replaceIfItHasReferences();
    replaceMembers();
    params.replaceIfExcessive();
    results.replaceIfExcessive();
    replaceAttachments();
    Map<String, String> texts = replaceTexts();
    return new AuditRecord(
        record.id(),
        record.number(),
        record.kind(),
        record.time(),
        record.organisationId(),
        record.projectId(),
        new AuditRecord.Actor(
            text(texts, "actor.type", record.actor().type()),
            optional(texts, "actor.id", record.actor().id()),
            optional(texts, "actor.description", record.actor().description())),
        new AuditRecord.Source(
            optional(texts, "source.address", record.source().address()),
            optional(texts, "source.userAgent", record.source().userAgent()),
            optional(texts, "source.referer", record.source().referer())),
        text(texts, "operation", record.operation()),
        new AuditRecord.AuditObject(
            optional(texts, "object.type", record.object().type()),
            optional(texts, "object.id", record.object().id()),
            optional(texts, "object.name", record.object().name())),
        record.outcome(),
        record.status(),
        record.durationMillis(),
        optional(texts, "runId", record.runId()),
        optional(texts, "exceptionId", record.exceptionId()),
        text(texts, "component", record.component()),
        optional(texts, "configurationId", record.configurationId()),
        text(texts, "type", record.type()),
        text(texts, "message", record.message()),
        text(texts, "description", record.description()),
        params.kept,
        results.kept,
        attachments);
  }

  /** Parameters or results, and what stands for them in the entry. */
  private final class Members {
    final Map<String, Object> all;
    final Map<String, Object> kept;
    final Map<String, byte[]> values = new HashMap<>();
    private boolean isReplaced;

    Members(Map<String, Object> all) {
      this.all = all;
      this.kept = new LinkedHashMap<>(all);
    }

    void replace(String name, byte[] json) {
      kept.put(name, reference(json, json.length, values));
    }

    void replaceIfItHasReferences() {
      Map<String, Object> own = new LinkedHashMap<>(all);
      own.remove(ATTACHMENTS);
      if (isReference(own)
          || all.values().stream()
              .anyMatch(value -> value instanceof Map<?, ?> map && isReference(map))) {
        replaceAll();
      }
    }

    void replaceIfExcessive() {
      if (excess > 0 && !isReplaced && CanonicalJson.ofValue(kept).length >= WORTH_IT) {
        replaceAll();
      }
    }

    void replaceAll() {
      long gone = CanonicalJson.ofValue(kept).length;
      values.clear();
      kept.clear();
      kept.putAll(reference(CanonicalJson.ofValue(all), gone, values));
      isReplaced = true;
    }
  }

  private record Member(Members of, String name, byte[] json) {}

  private void replaceMembers() {
    List<Member> members = new ArrayList<>();
    for (Members map : List.of(params, results)) {
      if (!map.isReplaced) {
        map.all.forEach(
            (name, value) -> members.add(new Member(map, name, CanonicalJson.ofValue(value))));
      }
    }
    members.sort(Comparator.comparingInt((Member member) -> member.json().length).reversed());
    for (Member member : members) {
      int replaced = params.values.size() + results.values.size();
      if (excess <= 0 || member.json().length < MEMBER_WORTH_IT || replaced >= MOST_MEMBERS) {
        return;
      }
      member.of().replace(member.name(), member.json());
    }
  }

  private void replaceAttachments() {
    byte[] json = CanonicalJson.ofValue(attachments);
    if (excess > 0 && json.length >= WORTH_IT) {
      if (!params.isReplaced && params.all.containsKey(ATTACHMENTS)) {
        params.replaceAll();
      }
      attachments = List.of();
      params.kept.put(ATTACHMENTS, reference(json, json.length, others));
    }
  }

  /** The replaced texts by their names. */
  private Map<String, String> replaceTexts() {
    Map<String, String> replaced = new HashMap<>();
    Map<String, @Nullable String> texts = texts();
    texts.forEach(
        (name, text) -> {
          if (text != null && isReference(text)) {
            replaced.put(name, replaceText(text));
          }
        });
    List<Map.Entry<String, @Nullable String>> longest = new ArrayList<>(texts.entrySet());
    longest.sort(Comparator.comparingInt(text -> -length(text.getValue())));
    for (Map.Entry<String, @Nullable String> text : longest) {
      if (excess > 0 && length(text.getValue()) >= WORTH_IT) {
        replaced.put(text.getKey(), replaceText(String.valueOf(text.getValue())));
      }
    }
    return replaced;
  }

  private String replaceText(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new String(
        CanonicalJson.ofValue(reference(bytes, bytes.length, others)), StandardCharsets.UTF_8);
  }

  private Map<String, @Nullable String> texts() {
    Map<String, @Nullable String> texts = new HashMap<>();
    texts.put("message", record.message());
    texts.put("description", record.description());
    texts.put("operation", record.operation());
    texts.put("component", record.component());
    texts.put("type", record.type());
    texts.put("runId", record.runId());
    texts.put("exceptionId", record.exceptionId());
    texts.put("configurationId", record.configurationId());
    texts.put("actor.type", record.actor().type());
    texts.put("actor.id", record.actor().id());
    texts.put("actor.description", record.actor().description());
    texts.put("source.address", record.source().address());
    texts.put("source.userAgent", record.source().userAgent());
    texts.put("source.referer", record.source().referer());
    texts.put("object.type", record.object().type());
    texts.put("object.id", record.object().id());
    texts.put("object.name", record.object().name());
    return texts;
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  private static String text(Map<String, String> replaced, String name, String text) {
    return replaced.getOrDefault(name, text);
  }

  private static @Nullable String optional(
      Map<String, String> replaced, String name, @Nullable String text) {
    return text == null ? null : replaced.getOrDefault(name, text);
  }

  /**
   * @param gone how many bytes of the entry give way
   */
  private Map<String, Object> reference(byte[] value, long gone, Map<String, byte[]> into) {
    String hash = hash(value);
    into.put(hash, value);
    excess -= gone - MOST_OF_A_REFERENCE;
    return Map.of("bytes", value.length, "sha256", hash);
  }

  /** What a value is called. */
  static String hash(byte[] value) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
