package io.penstock.audit.search;

import io.penstock.audit.search.RecordFilter.Position;
import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.RecordQuery;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.lucene.document.LongField;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortedNumericSelector;
import org.apache.lucene.search.SortedSetSelector;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;
import org.jspecify.annotations.Nullable;

/** Finds records in an index on a local disk. */
public final class RecordSearch implements RecordFinder {
  private static final int LARGEST_PAGE = 10_000;
  private static final int LARGEST_OFFSET = 100_000;
  private static final int MOST_SEARCHES_AT_ONCE = 16;
  private static final Duration LONGEST_SEARCH = Duration.ofSeconds(20);
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern NUMBER_TEXT = Pattern.compile("[0-9]{1,18}");

  private final RecordIndex index;
  private final Semaphore turns = new Semaphore(MOST_SEARCHES_AT_ONCE);

  public RecordSearch(RecordIndex index) {
    this.index = index;
  }

  /**
   * Writes a {@link RecordQuery.Page} as JSON. Records go from the index to the body one by one, as
   * they were stored: a page of any size takes the memory of one record.
   */
  @Override
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

  @Override
  public Optional<AuditRecord> find(long projectId, String idOrNumber) {
    if (!isId(idOrNumber)) {
      return Optional.empty();
    }
    return index.read(
        searcher -> {
          ScoreDoc hit = hit(searcher, projectId, idOrNumber);
          return hit == null
              ? Optional.empty()
              : Optional.of(
                  Json.mapper()
                      .readValue(bytes(source(searcher.storedFields(), hit)), AuditRecord.class));
        });
  }

  private static void check(RecordQuery query) {
    if (query.limit() < 0 || query.limit() > LARGEST_PAGE) {
      throw invalid("limit must be between 0 and " + LARGEST_PAGE);
    }
    if (query.offset() < 0 || query.offset() > LARGEST_OFFSET) {
      throw invalid("offset must be between 0 and " + LARGEST_OFFSET + ", page by maxId beyond");
    }
  }

  private static void search(IndexSearcher shared, RecordQuery query, Body body)
      throws IOException {
    Position after = position(shared, query.projectId(), "sinceId", query.sinceId());
    Position before = position(shared, query.projectId(), "maxId", query.maxId());
    Query filter = RecordFilter.of(query, after, before);
    IndexSearcher searcher = limited(shared);
    TopDocs found = top(searcher, filter, query);
    if (searcher.timedOut()) {
      throw new PlatformException(
          ErrorCode.UNAVAILABLE, "The search took too long, narrow it by created or component");
    }
    write(searcher, found, query, body.open());
  }

  private static TopDocs top(IndexSearcher searcher, Query filter, RecordQuery query)
      throws IOException {
    int hits =
        Math.max(1, Math.min(query.offset() + query.limit(), searcher.getIndexReader().maxDoc()));
    try {
      return searcher.search(
          filter, new TopFieldCollectorManager(order(!query.ascending()), hits, Integer.MAX_VALUE));
    } catch (IndexSearcher.TooManyClauses | TooComplexToDeterminizeException e) {
      throw QueryText.syntax("too complex", e);
    }
  }

  private static void write(
      IndexSearcher searcher, TopDocs found, RecordQuery query, OutputStream out)
      throws IOException {
    StoredFields stored = searcher.storedFields();
    out.write("{\"records\":[".getBytes(StandardCharsets.US_ASCII));
    int end = Math.min(found.scoreDocs.length, query.offset() + query.limit());
    for (int i = query.offset(); i < end; i++) {
      if (i > query.offset()) {
        out.write(',');
      }
      BytesRef source = source(stored, found.scoreDocs[i]);
      out.write(source.bytes, source.offset, source.length);
    }
    String total = "],\"total\":" + found.totalHits.value() + "}";
    out.write(total.getBytes(StandardCharsets.US_ASCII));
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

  /**
   * A record that is there has its own time; an unknown UUID of version 7 still tells one (RFC
   * 9562, 5.7).
   */
  private static @Nullable Position position(
      IndexSearcher searcher, long projectId, String parameter, @Nullable String idOrNumber)
      throws IOException {
    if (idOrNumber == null) {
      return null;
    }
    if (!isId(idOrNumber)) {
      throw invalid(parameter + " must be the id or uuid of an event");
    }
    ScoreDoc hit = hit(searcher, projectId, idOrNumber);
    if (hit != null) {
      AuditRecord record =
          Json.mapper().readValue(bytes(source(searcher.storedFields(), hit)), AuditRecord.class);
      return new Position(RecordDocument.micros(record.time()), record.id().toString());
    }
    if (UUID_TEXT.matcher(idOrNumber).matches()) {
      UUID uuid = UUID.fromString(idOrNumber);
      long millis = uuid.getMostSignificantBits() >>> 16;
      return new Position(TimeUnit.MILLISECONDS.toMicros(millis), uuid.toString());
    }
    return nearest(searcher, projectId, Long.parseLong(idOrNumber));
  }

  /** Between the numbers around one that is not there (any more). */
  private static Position nearest(IndexSearcher searcher, long projectId, long number)
      throws IOException {
    Query smaller =
        new BooleanQuery.Builder()
            .add(RecordFilter.project(projectId), Occur.FILTER)
            .add(LongField.newRangeQuery(QueryField.NUMBER.wireName(), 0, number), Occur.FILTER)
            .build();
    Sort largestFirst =
        new Sort(
            LongField.newSortField(
                QueryField.NUMBER.wireName(), true, SortedNumericSelector.Type.MAX));
    ScoreDoc[] hits = searcher.search(smaller, 1, largestFirst).scoreDocs;
    if (hits.length == 0) {
      return new Position(0, "");
    }
    AuditRecord record =
        Json.mapper().readValue(bytes(source(searcher.storedFields(), hits[0])), AuditRecord.class);
    return new Position(RecordDocument.micros(record.time()), record.id() + "~");
  }

  private static @Nullable ScoreDoc hit(IndexSearcher searcher, long projectId, String idOrNumber)
      throws IOException {
    String id = QueryField.ID.term(idOrNumber.toLowerCase(java.util.Locale.ROOT));
    Query query =
        new BooleanQuery.Builder()
            .add(RecordFilter.project(projectId), Occur.FILTER)
            .add(new TermQuery(new Term(QueryField.ID.wholeField(), id)), Occur.FILTER)
            .build();
    ScoreDoc[] hits = searcher.search(query, 1).scoreDocs;
    return hits.length == 0 ? null : hits[0];
  }

  private static boolean isId(String text) {
    return UUID_TEXT.matcher(text).matches() || NUMBER_TEXT.matcher(text).matches();
  }

  private static BytesRef source(StoredFields stored, ScoreDoc hit) throws IOException {
    return stored
        .document(hit.doc, Set.of(RecordDocument.SOURCE))
        .getBinaryValue(RecordDocument.SOURCE);
  }

  private static byte[] bytes(BytesRef ref) {
    return Arrays.copyOfRange(ref.bytes, ref.offset, ref.offset + ref.length);
  }

  private static PlatformException invalid(String text) {
    return new PlatformException(ErrorCode.VALIDATION, text);
  }
}
