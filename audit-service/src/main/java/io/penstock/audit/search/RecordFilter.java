package io.penstock.audit.search;

import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.RecordQuery;
import java.util.Collection;
import java.util.Set;
import org.apache.lucene.document.LongField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Everything of a search but the page: each condition is a clause of its own, all of which must
 * hold.
 */
final class RecordFilter {
  private final BooleanQuery.Builder all = new BooleanQuery.Builder();

  private RecordFilter() {}

  static Query project(long projectId) {
    return new TermQuery(new Term(RecordDocument.PROJECT, RecordDocument.project(projectId)));
  }

  /**
   * @param after null, or where to begin
   * @param before null, or where to end
   */
  static Query of(RecordQuery query, @Nullable Position after, @Nullable Position before) {
    RecordFilter filter = new RecordFilter();
    filter.must(project(query.projectId()));
    filter.kinds(query.kinds());
    filter.visible(query.visibleTo(), query.visibleObjects());
    filter.object(query.objectType(), query.objectId());
    filter.exact(QueryField.COMPONENT, query.component());
    filter.exact(QueryField.CONFIGURATION_ID, query.configurationId());
    filter.run(query.runId());
    if (after != null) {
      filter.must(after.later());
    }
    if (before != null) {
      filter.must(before.earlier());
    }
    String text = query.query();
    if (text != null && !text.isBlank()) {
      filter.must(QueryText.parse(text));
    }
    return filter.all.build();
  }

  private void must(Query query) {
    all.add(query, Occur.FILTER);
  }

  private void exact(QueryField field, @Nullable String value) {
    if (value != null) {
      must(new TermQuery(new Term(field.wholeField(), field.term(value))));
    }
  }

  private void kinds(@Nullable Set<AuditRecord.Kind> kinds) {
    if (kinds != null && !kinds.isEmpty()) {
      must(
          terms(
              QueryField.KIND.wholeField(),
              QueryField.KIND,
              kinds.stream().map(Enum::name).toList()));
    }
  }

  private void visible(@Nullable String tokenId, @Nullable Set<String> objects) {
    if (tokenId != null) {
      BooleanQuery.Builder either = new BooleanQuery.Builder();
      Term own = new Term(RecordDocument.TOKEN, QueryField.TOKEN_ID.term(tokenId));
      either.add(new TermQuery(own), Occur.SHOULD);
      if (objects != null) {
        either.add(terms(RecordDocument.OBJECT, QueryField.OBJECT_ID, objects), Occur.SHOULD);
      }
      must(either.build());
    }
  }

  private void object(@Nullable String type, @Nullable String id) {
    if (type != null && id != null) {
      String key = QueryField.OBJECT_ID.term(type + ":" + id);
      must(new TermQuery(new Term(RecordDocument.OBJECT, key)));
    } else {
      exact(QueryField.OBJECT_TYPE, type);
      exact(QueryField.OBJECT_ID, id);
    }
  }

  private void run(@Nullable String runId) {
    if (runId != null) {
      String field = QueryField.RUN_ID.wholeField();
      String run = QueryField.RUN_ID.term(runId);
      must(
          new BooleanQuery.Builder()
              .add(new TermQuery(new Term(field, run)), Occur.SHOULD)
              .add(new PrefixQuery(new Term(field, run + ".")), Occur.SHOULD)
              .build());
    }
  }

  private static Query terms(String indexField, QueryField like, Collection<String> values) {
    return new TermInSetQuery(
        indexField, values.stream().map(value -> new BytesRef(like.term(value))).toList());
  }

  /** A place in the order of records: by time, then by id. */
  record Position(long micros, String id) {

    Query later() {
      return beside(
          LongField.newRangeQuery(RecordDocument.TIME, micros + 1, Long.MAX_VALUE),
          new TermRangeQuery(RecordDocument.ID, new BytesRef(id), null, false, false));
    }

    Query earlier() {
      return beside(
          LongField.newRangeQuery(RecordDocument.TIME, Long.MIN_VALUE, micros - 1),
          new TermRangeQuery(RecordDocument.ID, null, new BytesRef(id), false, false));
    }

    private Query beside(Query otherTimes, Query otherIds) {
      Query sameTime =
          new BooleanQuery.Builder()
              .add(LongField.newExactQuery(RecordDocument.TIME, micros), Occur.FILTER)
              .add(otherIds, Occur.FILTER)
              .build();
      return new BooleanQuery.Builder()
          .add(otherTimes, Occur.SHOULD)
          .add(sameTime, Occur.SHOULD)
          .build();
    }
  }
}
