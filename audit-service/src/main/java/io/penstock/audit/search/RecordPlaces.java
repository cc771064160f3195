package io.penstock.audit.search;

import io.penstock.audit.search.RecordFilter.Position;
import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordQuery;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
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
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** Single records, by the ids that callers write. */
final class RecordPlaces {
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern NUMBER_TEXT = Pattern.compile("[0-9]{1,18}");

  private RecordPlaces() {}

  static @Nullable Position place(
      IndexSearcher searcher, long projectId, RecordQuery.@Nullable Place place)
      throws IOException {
    if (place == null) {
      return null;
    }
    Instant time = place.time();
    if (time == null) {
      return position(searcher, projectId, "after", place.id());
    }
    return new Position(RecordDocument.micros(time), place.id());
  }

  /**
   * A record that is there has its own time; an unknown UUID of version 7 still tells one (RFC
   * 9562, 5.7).
   */
  static @Nullable Position position(
      IndexSearcher searcher, long projectId, String parameter, @Nullable String idOrNumber)
      throws IOException {
    if (idOrNumber == null) {
      return null;
    }
    if (!isId(idOrNumber)) {
      throw invalid(parameter + " must be the id or uuid of a record");
    }
    ScoreDoc hit = hit(searcher, projectId, idOrNumber);
    if (hit != null) {
      AuditRecord record = kept(searcher, hit).record();
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
    AuditRecord record = kept(searcher, hits[0]).record();
    return new Position(RecordDocument.micros(record.time()), record.id() + "~");
  }

  static @Nullable ScoreDoc hit(IndexSearcher searcher, long projectId, String idOrNumber)
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

  static boolean isId(String text) {
    return UUID_TEXT.matcher(text).matches() || NUMBER_TEXT.matcher(text).matches();
  }

  static KeptRecord kept(IndexSearcher searcher, ScoreDoc hit) throws IOException {
    return Json.mapper().readValue(bytes(source(searcher.storedFields(), hit)), KeptRecord.class);
  }

  static BytesRef source(StoredFields stored, ScoreDoc hit) throws IOException {
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
