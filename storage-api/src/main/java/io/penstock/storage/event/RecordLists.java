package io.penstock.storage.event;

import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordQuery;
import io.penstock.model.audit.RecordQuery.Place;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Parts;
import io.penstock.storage.web.ServedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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
    Pages following = new Pages(caller, query, form, first);
    List<Map<String, Object>> shown = form.of(caller, first.records());
    if (!following.goOn()) {
      return EventPage.of(query, first, shown);
    }
    ServedRequest.current().ifPresent(ServedRequest::notHeldBack);
    return EventPage.of(query, first, new Parts<>(shown, following));
  }

  /** What comes after the first page. */
  private final class Pages implements Supplier<List<Map<String, Object>>> {
    private final Caller caller;
    private final RecordQuery query;
    private final Form form;
    private @Nullable Place last;
    private int left;

    Pages(Caller caller, RecordQuery query, Form form, RecordQuery.Page first) {
      this.caller = caller;
      this.query = query;
      this.form = form;
      this.left = query.paging().limit();
      taken(first);
    }

    private void taken(RecordQuery.Page page) {
      left -= page.records().size();
      last =
          page.cut() && left > 0 && !page.records().isEmpty()
              ? Place.of(page.records().getLast().record())
              : null;
    }

    boolean goOn() {
      return last != null;
    }

    @Override
    public List<Map<String, Object>> get() {
      if (last == null) {
        return List.of();
      }
      try {
        RecordQuery.Page page = pages.next(caller, query.following(last, left));
        taken(page);
        return form.of(caller, page.records());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
