package io.penstock.storage.event;

import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordQuery;
import io.penstock.model.audit.RecordQuery.Place;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.ServedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Lists of records, as many as were asked for and with the memory of one page: what does not fit
 * into the first one is read while the answer is being written. Thread-safe.
 */
@Component
class RecordLists {
  private final EventSearch search;
  private final RecordPages pages;

  RecordLists(EventSearch search, RecordPages pages) {
    this.search = search;
    this.pages = pages;
  }

  /** Records of a page as their reader sees them. */
  @FunctionalInterface
  interface Form {
    List<Map<String, Object>> of(Caller caller, List<KeptRecord> records);
  }

  /** An answer's body. */
  Object of(Caller caller, RecordQuery query, Form form) {
    RecordQuery.Page first = search.page(caller, query);
    Shown shown = new Shown(caller, query, form, first);
    if (!shown.goesOn()) {
      return EventPage.of(query, first, form.of(caller, first.records()));
    }
    ServedRequest.current().ifPresent(ServedRequest::answeredInParts);
    return EventPage.of(query, first, shown);
  }

  /** Asks for the next page when the one before has been taken. */
  private final class Shown implements Iterator<Map<String, Object>> {
    private final Caller caller;
    private final RecordQuery query;
    private final Form form;
    private List<KeptRecord> records;
    private @Nullable Iterator<Map<String, Object>> page;
    private boolean cut;
    private int left;

    Shown(Caller caller, RecordQuery query, Form form, RecordQuery.Page first) {
      this.caller = caller;
      this.query = query;
      this.form = form;
      this.left = query.paging().limit();
      this.records = List.of();
      begin(first);
    }

    private void begin(RecordQuery.Page next) {
      records = next.records();
      cut = next.cut();
      left -= records.size();
      page = null;
    }

    boolean goesOn() {
      return cut && left > 0 && !records.isEmpty();
    }

    @Override
    public boolean hasNext() {
      while (!page().hasNext() && goesOn()) {
        turn();
      }
      return page().hasNext();
    }

    private Iterator<Map<String, Object>> page() {
      if (page == null) {
        page = form.of(caller, records).iterator();
      }
      return page;
    }

    private void turn() {
      Place last = Place.of(records.getLast().record());
      records = List.of();
      page = null;
      try {
        begin(pages.next(caller, query.following(last, left)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Map<String, Object> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return page().next();
    }
  }
}
