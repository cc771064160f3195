package io.penstock.storage.event;

import io.penstock.model.audit.RecordQuery;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Timestamps;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A list of events on the wire: the contract's array, or, for whoever asked for facets or a
 * histogram, an object around it.
 */
final class EventPage {
  private EventPage() {}

  /**
   * @param events a list of them, or what gives them one after another
   */
  static Object of(RecordQuery query, RecordQuery.Page page, Object events) {
    if (!query.counting().total()) {
      return events;
    }
    Map<String, Object> facets = new LinkedHashMap<>();
    page.facets()
        .forEach(
            (name, counts) -> facets.put(name, counts.stream().map(EventPage::count).toList()));
    return new JsonFields()
        .put("events", events)
        .put("total", page.total())
        .put("facets", facets)
        .put("histogram", page.histogram().stream().map(EventPage::span).toList())
        .map();
  }

  private static Map<String, Object> count(RecordQuery.Count count) {
    return new JsonFields().put("value", count.value()).put("count", count.count()).map();
  }

  private static Map<String, Object> span(RecordQuery.Span span) {
    return new JsonFields()
        .put("from", Timestamps.format(span.from()))
        .put("count", span.count())
        .map();
  }
}
