package io.penstock.audit.search;

import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.RecordQuery;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.SortedSetDocValuesField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
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
    RecordQuery.Where where = query.where();
    filter.must(project(query.projectId()));
    filter.kinds(where.kinds());
    filter.visible(query.viewer());
    filter.object(where.objectType(), where.objectId(), where.orObjectIds());
    filter.exact(QueryField.COMPONENT, where.component());
    filter.exact(QueryField.CONFIGURATION_ID, where.configurationId());
    filter.exact(QueryField.EVENT, where.operation());
    filter.exact(QueryField.ADDRESS, where.address());
    AuditRecord.Outcome outcome = where.outcome();
    filter.exact(QueryField.OUTCOME, outcome == null ? null : outcome.name());
    filter.run(where.runId());
    filter.actor(where.actor());
    filter.times(where.since(), where.until());
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

  private void kinds(Set<AuditRecord.Kind> kinds) {
    if (!kinds.isEmpty()) {
      must(
          terms(
              QueryField.KIND.wholeField(),
              QueryField.KIND,
              kinds.stream().map(Enum::name).toList()));
    }
  }

  private void visible(RecordQuery.Viewer viewer) {
    if (viewer.tokenId() != null) {
      Term own = new Term(RecordDocument.TOKEN, QueryField.TOKEN_ID.term(viewer.tokenId()));
      must(
          either(
              new TermQuery(own),
              terms(RecordDocument.OBJECT, QueryField.OBJECT_ID, viewer.objects())));
    }
  }

  private void actor(@Nullable String idOrName) {
    if (idOrName != null) {
      QueryField name = QueryField.TOKEN_NAME;
      must(
          either(
              new TermQuery(
                  new Term(QueryField.TOKEN_ID.wholeField(), QueryField.TOKEN_ID.term(idOrName))),
              new TermQuery(new Term(name.wholeField(), name.term(idOrName)))));
    }
  }

  private void times(@Nullable Instant since, @Nullable Instant until) {
    if (since != null || until != null) {
      must(
          LongField.newRangeQuery(
              RecordDocument.TIME,
              since == null ? Long.MIN_VALUE : RecordDocument.micros(since),
              until == null ? Long.MAX_VALUE : RecordDocument.micros(until) - 1));
    }
  }

  private void object(@Nullable String type, @Nullable String id, Set<String> others) {
    if (type != null && id != null) {
      Set<String> objects =
          Stream.concat(Stream.of(id), others.stream())
              .map(each -> type + ":" + each)
              .collect(Collectors.toSet());
      must(terms(RecordDocument.OBJECT, QueryField.OBJECT_ID, objects));
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
          either(new TermQuery(new Term(field, run)), new PrefixQuery(new Term(field, run + "."))));
    }
  }

  private static Query terms(String indexField, QueryField like, Collection<String> values) {
    return new TermInSetQuery(
        indexField, values.stream().map(value -> new BytesRef(like.term(value))).toList());
  }

  private static Query either(Query one, Query other) {
    return new BooleanQuery.Builder().add(one, Occur.SHOULD).add(other, Occur.SHOULD).build();
  }

  /** A place in the order of records: by time, then by id. */
  record Position(long micros, String id) {

    Query later() {
      return beside(
          LongField.newRangeQuery(RecordDocument.TIME, micros + 1, Long.MAX_VALUE),
          ids(new BytesRef(id), null));
    }

    Query earlier() {
      return beside(
          LongField.newRangeQuery(RecordDocument.TIME, Long.MIN_VALUE, micros - 1),
          ids(null, new BytesRef(id)));
    }

    /** Looks only at records that are found otherwise: of one moment, here. */
    private static Query ids(@Nullable BytesRef above, @Nullable BytesRef below) {
      return SortedSetDocValuesField.newSlowRangeQuery(
          RecordDocument.ID, above, below, false, false);
    }

    private Query beside(Query otherTimes, Query otherIds) {
      Query sameTime =
          new BooleanQuery.Builder()
              .add(LongField.newExactQuery(RecordDocument.TIME, micros), Occur.FILTER)
              .add(otherIds, Occur.FILTER)
              .build();
      return either(otherTimes, sameTime);
    }
  }
}
