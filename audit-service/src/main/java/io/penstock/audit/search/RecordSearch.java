package io.penstock.audit.search;

import io.penstock.audit.search.RecordFilter.Position;
import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordQuery;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.document.LongField;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortedNumericSelector;
import org.apache.lucene.search.SortedSetSelector;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;
import org.jspecify.annotations.Nullable;

/**
 * Finds records of one project. Thread-safe; a search that takes too long is given up with {@code
 * UNAVAILABLE}.
 */
public final class RecordSearch {
  private static final int LARGEST_PAGE = 10_000;
  private static final int LARGEST_OFFSET = 100_000;
  private static final int MOST_SEARCHES_AT_ONCE = 16;
  private static final Duration LONGEST_SEARCH = Duration.ofSeconds(20);
  private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private final RecordIndex index;
  private final Semaphore turns = new Semaphore(MOST_SEARCHES_AT_ONCE);

  public RecordSearch(RecordIndex index) {
    this.index = index;
  }

  /**
   * What a page is written to: opened with the first byte, so that errors before it can still be
   * answered.
   */
  @FunctionalInterface
  public interface Body {
    OutputStream open() throws IOException;
  }

  /**
   * Writes a {@link RecordQuery.Page} as JSON. Records go from the index to the body one by one, as
   * they were stored: a page of any size takes the memory of one record.
   */
  public void writePage(RecordQuery query, Body body) {
    check(query);
    takeTurn();
    try {
      index.read(
          searcher -> {
            search(searcher, query, body);
            return true;
          });
    } finally {
      turns.release();
    }
  }

  private void takeTurn() {
    boolean mine = false;
    try {
      mine = turns.tryAcquire(LONGEST_SEARCH.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (!mine) {
      throw new PlatformException(ErrorCode.UNAVAILABLE, "Too many searches at once, try again");
    }
  }

  /** A record of the project by its UUID or number. */
  public Optional<KeptRecord> find(long projectId, String idOrNumber) {
    if (!RecordPlaces.isId(idOrNumber)) {
      return Optional.empty();
    }
    return index.read(
        searcher -> {
          ScoreDoc hit = RecordPlaces.hit(searcher, projectId, idOrNumber);
          return hit == null ? Optional.empty() : Optional.of(RecordPlaces.kept(searcher, hit));
        });
  }

  private static void check(RecordQuery query) {
    RecordQuery.Paging paging = query.paging();
    if (paging.limit() < 0 || paging.limit() > LARGEST_PAGE) {
      throw invalid("limit must be between 0 and " + LARGEST_PAGE);
    }
    if (paging.offset() < 0 || paging.offset() > LARGEST_OFFSET) {
      throw invalid("offset must be between 0 and " + LARGEST_OFFSET + ", page by maxId beyond");
    }
    if (paging.bytes() < 0) {
      throw invalid("bytes must not be negative");
    }
    int values = query.counting().values();
    if (values < 0 || values > RecordQuery.MOST_VALUES) {
      throw invalid("values must be between 0 and " + RecordQuery.MOST_VALUES);
    }
    checkTime("since", query.where().since());
    checkTime("until", query.where().until());
    RecordQuery.Place after = query.paging().after();
    checkTime("after", after == null ? null : after.time());
  }

  private static void checkTime(String name, @Nullable Instant time) {
    if (time != null && (time.isBefore(EARLIEST) || time.isAfter(LATEST))) {
      throw invalid(name + " must be a time of the years 0 to 9999");
    }
  }

  private static void search(IndexSearcher shared, RecordQuery query, Body body)
      throws IOException {
    RecordQuery.Paging paging = query.paging();
    long project = query.projectId();
    Position above = RecordPlaces.position(shared, project, "sinceId", paging.sinceId());
    Position below = RecordPlaces.position(shared, project, "maxId", paging.maxId());
    Query filter = RecordFilter.of(query, above, below);
    IndexSearcher searcher = limited(shared);
    Position after = RecordPlaces.place(shared, project, paging.after());
    TopDocs found;
    RecordCounts.@Nullable Found counts;
    try {
      found = top(searcher, filter, query, after);
      counts =
          RecordCounts.isAsked(query.counting())
              ? searcher.search(filter, new RecordCounts(query.counting()))
              : null;
    } catch (IndexSearcher.TooManyClauses | TooComplexToDeterminizeException e) {
      throw QueryText.syntax("too complex", e);
    }
    if (searcher.timedOut()) {
      throw new PlatformException(
          ErrorCode.UNAVAILABLE, "The search took too long, narrow it by since or component");
    }
    write(searcher, found, counts, query, body.open());
  }

  private static TopDocs top(
      IndexSearcher searcher, Query filter, RecordQuery query, @Nullable Position after)
      throws IOException {
    RecordQuery.Paging paging = query.paging();
    int wanted = Math.addExact(paging.offset(), paging.limit());
    int hits = Math.max(1, Math.min(wanted, searcher.getIndexReader().maxDoc()));
    @Nullable FieldDoc last =
        after == null
            ? null
            : new FieldDoc(
                Integer.MAX_VALUE,
                Float.NaN,
                new Object[] {after.micros(), new BytesRef(after.id())});
    int counted = query.counting().total() ? Integer.MAX_VALUE : 1;
    return searcher.search(
        filter, new TopFieldCollectorManager(order(!paging.ascending()), hits, last, counted));
  }

  private static void write(
      IndexSearcher searcher,
      TopDocs found,
      RecordCounts.@Nullable Found counts,
      RecordQuery query,
      OutputStream out)
      throws IOException {
    StoredFields stored = searcher.storedFields();
    out.write("{\"records\":[".getBytes(StandardCharsets.US_ASCII));
    int begin = query.paging().offset();
    int end = Math.min(found.scoreDocs.length, begin + query.paging().limit());
    int most = query.paging().bytes() == 0 ? Integer.MAX_VALUE : query.paging().bytes();
    for (int i = begin, bytes = 0; i < end && bytes < most; i++) {
      if (i > begin) {
        out.write(',');
      }
      BytesRef source = RecordPlaces.source(stored, found.scoreDocs[i]);
      out.write(source.bytes, source.offset, source.length);
      bytes = (int) Math.min(Integer.MAX_VALUE, (long) bytes + source.length);
    }
    long total = query.counting().total() ? found.totalHits.value() : RecordQuery.Page.NOT_COUNTED;
    out.write(("],\"total\":" + total).getBytes(StandardCharsets.US_ASCII));
    if (counts != null) {
      out.write(",\"facets\":".getBytes(StandardCharsets.US_ASCII));
      out.write(Json.mapper().writeValueAsBytes(counts.facets()));
      out.write(",\"histogram\":".getBytes(StandardCharsets.US_ASCII));
      out.write(Json.mapper().writeValueAsBytes(counts.histogram()));
    }
    out.write('}');
  }

  private static IndexSearcher limited(IndexSearcher shared) {
    IndexSearcher searcher = new IndexSearcher(shared.getIndexReader());
    long end = System.nanoTime() + LONGEST_SEARCH.toNanos();
    searcher.setTimeout(() -> System.nanoTime() - end > 0);
    return searcher;
  }

  private static Sort order(boolean newestFirst) {
    return new Sort(
        LongField.newSortField(RecordDocument.TIME, newestFirst, SortedNumericSelector.Type.MIN),
        org.apache.lucene.document.KeywordField.newSortField(
            RecordDocument.ID, newestFirst, SortedSetSelector.Type.MIN));
  }

  private static PlatformException invalid(String text) {
    return new PlatformException(ErrorCode.VALIDATION, text);
  }
}
