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
 */
final class LargeRecord {
  /** The member of {@code params} that says which files there were. */
  static final String ATTACHMENTS = "attachments";

  /** A reference has up to 110 bytes; what is not much longer stays. */
  private static final int WORTH_IT = 256;

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
  private final Map<String, byte[]> values = new HashMap<>();
  private final Map<String, Object> params;
  private final Map<String, Object> results;
  private List<Long> attachments;
  private long excess;

  /**
   * @param excess how many bytes have to go
   */
  LargeRecord(AuditRecord record, long excess) {
    this.record = record;
    this.params = new LinkedHashMap<>(record.params());
    this.results = new LinkedHashMap<>(record.results());
    this.attachments = record.attachments();
    this.excess = excess + MEMBER;
  }

  /** What was replaced, by its SHA-256; a member's canonical JSON, or a text as it is. */
  Map<String, byte[]> values() {
    return values;
  }

  /** The keys of {@link #values} as they stand in the entry. */
  List<String> replaced() {
    return values.keySet().stream().sorted().toList();
  }

  AuditRecord reduced() {
    replaceMembers();
    replaceWhole(params);
    replaceWhole(results);
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
        params,
        results,
        attachments);
  }

  private record Member(Map<String, Object> of, String name, byte[] json) {}

  private void replaceMembers() {
    List<Member> members = new ArrayList<>();
    for (Map<String, Object> map : List.of(params, results)) {
      map.forEach(
          (name, value) -> members.add(new Member(map, name, CanonicalJson.ofValue(value))));
    }
    members.sort(Comparator.comparingInt((Member member) -> member.json().length).reversed());
    for (Member member : members) {
      if (excess <= 0 || member.json().length < WORTH_IT || values.size() == MOST_MEMBERS) {
        return;
      }
      member.of().put(member.name(), reference(member.json()));
    }
  }

  private void replaceWhole(Map<String, Object> map) {
    if (excess > 0) {
      byte[] json = CanonicalJson.ofValue(map);
      if (json.length >= WORTH_IT) {
        map.clear();
        map.putAll(reference(json));
      }
    }
  }

  private void replaceAttachments() {
    byte[] json = CanonicalJson.ofValue(attachments);
    if (excess > 0 && json.length >= WORTH_IT) {
      attachments = List.of();
      params.put(ATTACHMENTS, reference(json));
    }
  }

  /** The replaced texts by their names. */
  private Map<String, String> replaceTexts() {
    Map<String, String> replaced = new HashMap<>();
    if (excess <= 0) {
      return replaced;
    }
    List<Map.Entry<String, @Nullable String>> texts = new ArrayList<>(texts().entrySet());
    texts.sort(Comparator.comparingInt(text -> -length(text.getValue())));
    for (Map.Entry<String, @Nullable String> text : texts) {
      if (excess > 0 && length(text.getValue()) >= WORTH_IT) {
        byte[] bytes = String.valueOf(text.getValue()).getBytes(StandardCharsets.UTF_8);
        replaced.put(
            text.getKey(),
            new String(CanonicalJson.ofValue(reference(bytes)), StandardCharsets.UTF_8));
      }
    }
    return replaced;
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

  private Map<String, Object> reference(byte[] value) {
    String hash = hash(value);
    values.put(hash, value);
    Map<String, Object> reference = Map.of("bytes", value.length, "sha256", hash);
    excess -= value.length - MOST_OF_A_REFERENCE;
    return reference;
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
