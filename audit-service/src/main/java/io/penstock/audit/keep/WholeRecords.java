package io.penstock.audit.keep;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.KeptRecord;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Gives back what stands beside an entry: the record as it was before {@link LargeRecord}. Only
 * what the entry itself says to have been replaced is looked up, so that nobody reads another's
 * values by naming their hash. Thread-safe.
 */
public final class WholeRecords {
  /** A record can have some eighty, and a page of them is read while a search has its turn. */
  private static final int READ_AT_ONCE = 16;

  private final TrailObjects objects;

  public WholeRecords(TrailObjects objects) {
    this.objects = objects;
  }

  /**
   * The whole record. A value that is missing or is not what it was stays replaced.
   *
   * @throws PlatformException {@code UNAVAILABLE} while the store is away
   */
  public KeptRecord of(KeptRecord kept) {
    if (kept.replaced().isEmpty()) {
      return kept;
    }
    Trail trail = Trail.of(kept.record());
    Map<String, byte[]> values = new HashMap<>();
    kept.replaced().stream()
        .gather(Gatherers.mapConcurrent(READ_AT_ONCE, hash -> value(trail, hash)))
        .flatMap(Optional::stream)
        .forEach(value -> values.put(LargeRecord.hash(value), value));
    return new KeptRecord(kept.index(), new Whole(values).of(kept.record()));
  }

  private Optional<byte[]> value(Trail trail, String hash) {
    return objects
        .read(SegmentStore.valueKey(trail, hash))
        .filter(value -> LargeRecord.hash(value).equals(hash));
  }

  private record Reference(long bytes, @Nullable String sha256) {}

  /** One record's values. */
  private record Whole(Map<String, byte[]> values) {

    AuditRecord of(AuditRecord record) {
      return new AuditRecord(
          record.id(),
          record.number(),
          record.kind(),
          record.time(),
          record.organisationId(),
          record.projectId(),
          new AuditRecord.Actor(
              text(record.actor().type()),
              optional(record.actor().id()),
              optional(record.actor().description())),
          new AuditRecord.Source(
              optional(record.source().address()),
              optional(record.source().userAgent()),
              optional(record.source().referer())),
          text(record.operation()),
          new AuditRecord.AuditObject(
              optional(record.object().type()),
              optional(record.object().id()),
              optional(record.object().name())),
          record.outcome(),
          record.status(),
          record.durationMillis(),
          optional(record.runId()),
          optional(record.exceptionId()),
          text(record.component()),
          optional(record.configurationId()),
          text(record.type()),
          text(record.message()),
          text(record.description()),
          members(record.params()),
          members(record.results()),
          record.attachments());
    }

    /** The members were replaced one by one, or all of them as a whole. */
    private Map<String, Object> members(Map<String, Object> kept) {
      Map<String, Object> own = new LinkedHashMap<>(kept);
      Object attachments = own.remove(LargeRecord.ATTACHMENTS);
      Map<String, Object> members = new LinkedHashMap<>();
      if (valueOf(own) instanceof Map<?, ?> all && LargeRecord.isReference(own)) {
        all.forEach((name, value) -> members.put(String.valueOf(name), value));
        if (attachments != null) {
          members.put(LargeRecord.ATTACHMENTS, valueOf(attachments));
        }
      } else {
        kept.forEach((name, value) -> members.put(name, valueOf(value)));
      }
      return members;
    }

    /** What it stands for; itself where it stands for nothing. */
    private Object valueOf(Object kept) {
      if (!(kept instanceof Map<?, ?> map) || !LargeRecord.isReference(map)) {
        return kept;
      }
      byte[] json = values.get(String.valueOf(map.get("sha256")));
      try {
        return json == null ? kept : Json.mapper().readValue(json, Object.class);
      } catch (JacksonException _) {
        return kept; // a text's hash: nothing of ours
      }
    }

    private @Nullable String optional(@Nullable String kept) {
      return kept == null ? null : text(kept);
    }

    private String text(String kept) {
      if (!LargeRecord.isReference(kept)) {
        return kept;
      }
      try {
        String hash = Json.read(kept, Reference.class).sha256();
        byte[] value = hash == null ? null : values.get(hash);
        return value == null ? kept : new String(value, UTF_8);
      } catch (JacksonException _) {
        return kept; // a caller's own text
      }
    }
  }
}
