package io.penstock.audit.search;

import io.penstock.audit.search.RecordFilter.Position;
import io.penstock.model.Json;
import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordQuery;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.lucene.document.LongField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.ExitableDirectoryReader;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.SortedNumericSelector;
import org.apache.lucene.search.SortedSetSelector;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;
import org.jspecify.annotations.Nullable;

/** Finds records in an index on a local disk. */
public final class RecordSearch implements RecordFinder {
  private final RecordIndex index;
  private final UnaryOperator<KeptRecord> whole;
  private final Supplier<QueryTimeout> deadlines;
  private final SearchTurns turns = new SearchTurns();

  /**
   * @param whole gives a record back what is not in the index
   */
  public RecordSearch(RecordIndex index, UnaryOperator<KeptRecord> whole) {
    this(index, whole, RecordSearch::deadline);
  }

  /**
   * @param deadlines one for each search, from its beginning
   */
  RecordSearch(
      RecordIndex index, UnaryOperator<KeptRecord> whole, Supplier<QueryTimeout> deadlines) {
    this.index = index;
    this.whole = whole;
    this.deadlines = deadlines;
  }

  /**
   * Writes a {@link RecordQuery.Page} as JSON. Records go from the index to the body one by one, as
   * they were stored: a page of any size takes the memory of one record.
   */
  @Override
  public void writePage(RecordQuery query, Body body) {
    QueryLimits.check(query);
    turns.take(
        () ->
            index.read(
                searcher -> {
                  search(searcher, query, body);
                  return true;
                }));
  }

  @Override
  public Optional<KeptRecord> find(long projectId, String idOrNumber) {
    if (!RecordPlaces.isId(idOrNumber)) {
      return Optional.empty();
    }
    Optional<KeptRecord> found =
        index.read(
            searcher -> {
              RecordPlaces places = new RecordPlaces(projectId, new Singles(searcher));
              return Optional.ofNullable(places.find(idOrNumber));
            });
    return found.map(whole);
  }

  private void search(IndexSearcher shared, RecordQuery query, Body body) throws IOException {
    RecordQuery.Paging paging = query.paging();
    RecordPlaces places = new RecordPlaces(query.projectId(), new Singles(shared));
    Position above = places.position("sinceId", paging.sinceId());
    Position below = places.position("maxId", paging.maxId());
    Query filter = RecordFilter.of(query, above, below);
    IndexSearcher searcher = limited(shared);
    Position after = places.place(paging.after());
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
    } catch (ExitableDirectoryReader.ExitingReaderException _) {
      throw SearchTurns.tookTooLong();
    }
    if (searcher.timedOut()) {
      throw SearchTurns.tookTooLong();
    }
    write(shared, found, counts, query, body.open());
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

  private void write(
      IndexSearcher searcher,
      TopDocs found,
      RecordCounts.@Nullable Found counts,
      RecordQuery query,
      OutputStream out)
      throws IOException {
    StoredFields stored = searcher.storedFields();
    PageJson page = new PageJson(out, query.paging().bytes(), whole);
    int begin = query.paging().offset();
    int end = Math.min(found.scoreDocs.length, begin + query.paging().limit());
    for (int i = begin; i < end && !page.isFull(); i++) {
      BytesRef source = source(stored, found.scoreDocs[i]);
      page.record(source.bytes, source.offset, source.length);
    }
    page.end(
        query.counting().total() ? found.totalHits.value() : RecordQuery.Page.NOT_COUNTED, counts);
  }

  /**
   * The searcher looks at the time while it goes through records, the reader while terms are looked
   * up: a prefix or a pattern may have millions of them.
   */
  private IndexSearcher limited(IndexSearcher shared) throws IOException {
    QueryTimeout deadline = deadlines.get();
    DirectoryReader reader = (DirectoryReader) shared.getIndexReader();
    IndexSearcher searcher = new IndexSearcher(ExitableDirectoryReader.wrap(reader, deadline));
    searcher.setTimeout(deadline);
    return searcher;
  }

  private static QueryTimeout deadline() {
    long end = System.nanoTime() + SearchTurns.LONGEST_SEARCH.toNanos();
    return () -> System.nanoTime() - end > 0;
  }

  private static Sort order(boolean newestFirst) {
    return new Sort(
        LongField.newSortField(RecordDocument.TIME, newestFirst, SortedNumericSelector.Type.MIN),
        org.apache.lucene.document.KeywordField.newSortField(
            RecordDocument.ID, newestFirst, SortedSetSelector.Type.MIN));
  }

  private static BytesRef source(StoredFields stored, ScoreDoc hit) throws IOException {
    return stored
        .document(hit.doc, Set.of(RecordDocument.SOURCE))
        .getBinaryValue(RecordDocument.SOURCE);
  }

  /** Single records of one moment of the index. */
  private record Singles(IndexSearcher searcher) implements RecordPlaces.Records {

    @Override
    public @Nullable KeptRecord any(Query query) throws IOException {
      return first(searcher.search(query, 1));
    }

    @Override
    public @Nullable KeptRecord ofLargestNumber(Query query) throws IOException {
      SortField number =
          LongField.newSortField(
              QueryField.NUMBER.wireName(), true, SortedNumericSelector.Type.MAX);
      return first(searcher.search(query, 1, new Sort(number)));
    }

    private @Nullable KeptRecord first(TopDocs found) throws IOException {
      if (found.scoreDocs.length == 0) {
        return null;
      }
      BytesRef json = source(searcher.storedFields(), found.scoreDocs[0]);
      return Json.mapper().readValue(json.bytes, json.offset, json.length, KeptRecord.class);
    }
  }
}
