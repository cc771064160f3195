package io.penstock.audit.search;

import io.penstock.audit.search.RecordFilter.Position;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordQuery;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.lucene.document.LongField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.jspecify.annotations.Nullable;

/** Single records of one project, by the ids that callers write. */
final class RecordPlaces {
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern NUMBER_TEXT = Pattern.compile("[0-9]{1,18}");

  private final long projectId;
  private final Records records;

  RecordPlaces(long projectId, Records records) {
    this.projectId = projectId;
    this.records = records;
  }

  /** One record of those that match; null where none does. */
  interface Records {
    @Nullable KeptRecord any(Query query) throws IOException;

    @Nullable KeptRecord ofLargestNumber(Query query) throws IOException;
  }

  static boolean isId(String text) {
    return UUID_TEXT.matcher(text).matches() || NUMBER_TEXT.matcher(text).matches();
  }

  @Nullable KeptRecord find(String idOrNumber) throws IOException {
    String id = QueryField.ID.term(idOrNumber.toLowerCase(Locale.ROOT));
    return records.any(ofProject(new TermQuery(new Term(QueryField.ID.wholeField(), id))));
  }

  @Nullable Position place(RecordQuery.@Nullable Place place) throws IOException {
    if (place == null) {
      return null;
    }
    Instant time = place.time();
    if (time == null) {
      return position("after", place.id());
    }
    return new Position(RecordDocument.micros(time), place.id());
  }

  /**
   * A record that is there has its own time; an unknown UUID of version 7 still tells one (RFC
   * 9562, 5.7).
   */
  @Nullable Position position(String parameter, @Nullable String idOrNumber) throws IOException {
    if (idOrNumber == null) {
      return null;
    }
    if (!isId(idOrNumber)) {
      throw QueryLimits.invalid(parameter + " must be the id or uuid of a record");
    }
    KeptRecord kept = find(idOrNumber);
    if (kept != null) {
      AuditRecord record = kept.record();
      return new Position(RecordDocument.micros(record.time()), record.id().toString());
    }
    if (UUID_TEXT.matcher(idOrNumber).matches()) {
      UUID uuid = UUID.fromString(idOrNumber);
      long millis = uuid.getMostSignificantBits() >>> 16;
      return new Position(TimeUnit.MILLISECONDS.toMicros(millis), uuid.toString());
    }
    return nearest(Long.parseLong(idOrNumber));
  }

  /** Between the numbers around one that is not there (any more). */
  private Position nearest(long number) throws IOException {
    String field = QueryField.NUMBER.wireName();
    KeptRecord smaller =
        records.ofLargestNumber(ofProject(LongField.newRangeQuery(field, 0, number)));
    return smaller == null
        ? new Position(0, "")
        : new Position(RecordDocument.micros(smaller.record().time()), smaller.record().id() + "~");
  }

  private Query ofProject(Query query) {
    return new BooleanQuery.Builder()
        .add(RecordFilter.project(projectId), Occur.FILTER)
        .add(query, Occur.FILTER)
        .build();
  }
}
