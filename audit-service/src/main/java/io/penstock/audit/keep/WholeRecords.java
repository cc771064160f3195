package io.penstock.audit.keep;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.KeptRecord;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Gives back what stands beside an entry: the record as it was before {@link LargeRecord}. Only
 * what the entry itself says to have been replaced is looked up, so that nobody reads another's
 * values by naming their hash. Thread-safe.
 */
public final class WholeRecords {
  /** A reference's text; anything longer is a caller's. */
  private static final int LONGEST_REFERENCE = 120;

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
    for (String hash : kept.replaced()) {
      objects
          .read(SegmentStore.valueKey(trail, hash))
          .filter(value -> LargeRecord.hash(value).equals(hash))
          .ifPresent(value -> values.put(hash, value));
    }
    return new KeptRecord(kept.index(), new Whole(values).of(kept.record()));
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

    /** The members may have been replaced one by one, and then all of them as a whole. */
    private Map<String, Object> members(Map<String, Object> kept) {
      Map<String, Object> members = new LinkedHashMap<>();
      Map<String, Object> whole = new LinkedHashMap<>(kept);
      whole.remove(LargeRecord.ATTACHMENTS);
      if (valueOf(whole) instanceof Map<?, ?> all) {
        all.forEach((name, value) -> members.put(String.valueOf(name), value));
        kept.keySet().stream()
            .filter(LargeRecord.ATTACHMENTS::equals)
            .forEach(name -> members.put(name, kept.get(name)));
      } else {
        members.putAll(kept);
      }
      members.replaceAll((_, value) -> value instanceof Map<?, ?> map ? valueOf(map) : value);
      return members;
    }

    /** What the map stands for; itself where it stands for nothing. */
    private Object valueOf(Map<?, ?> map) {
      byte[] json =
          map.size() == 2 && map.containsKey("bytes") && map.get("sha256") instanceof String hash
              ? values.get(hash)
              : null;
      return json == null ? map : Json.mapper().readValue(json, Object.class);
    }

    private @Nullable String optional(@Nullable String kept) {
      return kept == null ? null : text(kept);
    }

    private String text(String kept) {
      if (kept.length() > LONGEST_REFERENCE || !kept.startsWith("{\"bytes\":")) {
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
