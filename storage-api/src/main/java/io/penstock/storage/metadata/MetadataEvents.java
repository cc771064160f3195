package io.penstock.storage.metadata;

import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Tells that metadata was set or removed; values stay out of events. */
@Component
public class MetadataEvents {
  private static final int MAX_KEYS = 50;

  private final Events events;

  MetadataEvents(Events events) {
    this.events = events;
  }

  /**
   * In the transaction of the change.
   *
   * @param what the first word of the event's name, such as {@code table}
   */
  public void set(String what, AuditObject object, List<MetadataEntry> entries) {
    List<String> keys =
        entries.stream().map(MetadataEntry::key).distinct().limit(MAX_KEYS).toList();
    events.append(
        Event.of(
                "storage." + what + "MetadataSet",
                "Set metadata of %s %s".formatted(what, object.id()),
                object)
            .with(
                Map.of(
                    "provider", entries.getFirst().provider(),
                    "keys", keys,
                    "count", entries.size())));
  }

  /** In the transaction of the change. */
  public void removed(String what, AuditObject object, String item) {
    events.append(
        Event.of(
                "storage." + what + "MetadataDeleted",
                "Deleted metadata %s of %s %s".formatted(item, what, object.id()),
                object)
            .with(Map.of("metadataId", item)));
  }
}
