package io.penstock.storage.metadata;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.access.Caller;
import io.penstock.storage.metadata.AttributeRows.Owned;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Service;

/**
 * Attributes of buckets and tables, what there was before metadata. A protected one is changed and
 * removed by administrators' tokens only. Whoever asks has checked the caller's rights on the
 * object, and keeps it from being removed. Changes belong into the transaction at hand.
 * Thread-safe.
 */
@Service
public class Attributes {
  private final AttributeRows rows;
  private final Events events;

  Attributes(AttributeRows rows, Events events) {
    this.rows = rows;
    this.events = events;
  }

  /** As the contract shows them. */
  public List<Map<String, Object>> of(Kind kind, long id) {
    return ofAll(kind, List.of(id)).getOrDefault(id, List.of());
  }

  /** By object; one without any is absent. */
  public Map<Long, List<Map<String, Object>>> ofAll(Kind kind, Collection<Long> ids) {
    return rows.of(kind, ids).stream()
        .collect(
            Collectors.groupingBy(
                Owned::objectId,
                Collectors.mapping(owned -> owned.attribute().json(), Collectors.toList())));
  }

  /** Sets one. */
  public void set(Caller caller, Kind kind, long id, AuditObject object, Attribute attribute) {
    rows.lock(kind, id);
    rows.find(kind, id, attribute.name()).ifPresent(before -> requireOpen(caller, before));
    rows.upsert(kind, id, attribute);
    if (rows.of(kind, List.of(id)).size() > AttributeParams.MAX_ATTRIBUTES) {
      throw AttributeParams.tooMany();
    }
    tell(
        kind,
        "AttributeSet",
        "Set attribute %s of".formatted(attribute.name()),
        object,
        Map.of("name", attribute.name(), "protected", attribute.isProtected()));
  }

  /** Puts these in place of all. */
  public void replace(
      Caller caller, Kind kind, long id, AuditObject object, List<Attribute> attributes) {
    rows.lock(kind, id);
    Map<String, Attribute> kept =
        attributes.stream().collect(Collectors.toMap(Attribute::name, Function.identity()));
    for (Owned before : rows.of(kind, List.of(id))) {
      if (!before.attribute().equals(kept.get(before.attribute().name()))) {
        requireOpen(caller, before.attribute());
      }
    }
    rows.deleteAll(kind, id);
    attributes.forEach(attribute -> rows.upsert(kind, id, attribute));
    tell(
        kind,
        "AttributesReplaced",
        "Replaced attributes of",
        object,
        Map.of("names", attributes.stream().map(Attribute::name).toList()));
  }

  /**
   * Removes one.
   *
   * @throws PlatformException {@code ATTRIBUTE_NOT_FOUND}
   */
  public void remove(Caller caller, Kind kind, long id, AuditObject object, String name) {
    rows.lock(kind, id);
    Attribute before =
        rows.find(kind, id, name)
            .orElseThrow(
                () ->
                    new PlatformException(
                        ErrorCode.ATTRIBUTE_NOT_FOUND,
                        "There is no attribute of that name on %s".formatted(object.id())));
    requireOpen(caller, before);
    rows.delete(kind, id, name);
    tell(
        kind,
        "AttributeDeleted",
        "Deleted attribute %s of".formatted(name),
        object,
        Map.of("name", name));
  }

  /** Gives an object that has none yet these, in the transaction that makes it. */
  public void restore(Kind kind, long id, List<Attribute> attributes) {
    attributes.forEach(attribute -> rows.upsert(kind, id, attribute));
  }

  private static void requireOpen(Caller caller, Attribute before) {
    if (before.isProtected() && !caller.master()) {
      throw Caller.accessDenied();
    }
  }

  private void tell(
      Kind kind, String what, String did, AuditObject object, Map<String, Object> params) {
    String word = kind.name().toLowerCase(Locale.ROOT);
    events.append(
        Event.of("storage." + word + what, "%s %s %s".formatted(did, word, object.id()), object)
            .with(params));
  }
}
