package io.penstock.audit.search;

import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch._types.query_dsl.BoolQuery;
import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import io.penstock.audit.search.RecordFilter.Position;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.IndexOrDocValuesQuery;
import org.apache.lucene.search.IndexSortSortedNumericDocValuesRangeQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PointRangeQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.search.WildcardQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.BytesRefIterator;
import org.jspecify.annotations.Nullable;

/**
 * A query of Lucene's, said in Elasticsearch's words over {@link ElasticFields}. There is one
 * parser and one meaning of each field: what the two find cannot drift apart.
 */
final class ElasticQueries {
  /** Elasticsearch refuses more than 65,536 in one list. */
  private static final int LONGEST_LIST = 10_000;

  private ElasticQueries() {}

  static Query of(org.apache.lucene.search.Query query) {
    return switch (query) {
      case BooleanQuery bool -> bool(bool);
      case TermQuery term -> term(term.getTerm());
      case PhraseQuery phrase -> phrase(phrase);
      case TermInSetQuery terms -> terms(terms);
      case PrefixQuery prefix ->
          Query.of(q -> q.prefix(p -> p.field(field(prefix)).value(prefix.getPrefix().text())));
      case WildcardQuery wildcard ->
          Query.of(q -> q.wildcard(w -> w.field(field(wildcard)).value(wildcard.getTerm().text())));
      case TermRangeQuery range -> range(range);
      case PointRangeQuery range -> range(range);
      case IndexSortSortedNumericDocValuesRangeQuery either -> of(either.getFallbackQuery());
      case IndexOrDocValuesQuery either -> of(either.getIndexQuery());
      case BoostQuery boosted -> of(boosted.getQuery());
      case ConstantScoreQuery constant -> of(constant.getQuery());
      case MatchAllDocsQuery _ -> Query.of(q -> q.matchAll(all -> all));
      case MatchNoDocsQuery _ -> nothing();
      default -> throw new IllegalStateException("Not translated: " + query.getClass().getName());
    };
  }

  static Query later(Position place) {
    return beside(
        numbers(ElasticFields.TIME, place.micros() + 1, Long.MAX_VALUE),
        place,
        Query.of(q -> q.range(r -> r.term(t -> t.field(ElasticFields.ID).gt(place.id())))));
  }

  static Query earlier(Position place) {
    return beside(
        numbers(ElasticFields.TIME, Long.MIN_VALUE, place.micros() - 1),
        place,
        Query.of(q -> q.range(r -> r.term(t -> t.field(ElasticFields.ID).lt(place.id())))));
  }

  static Query all(List<Query> filters) {
    return Query.of(q -> q.bool(b -> b.filter(filters)));
  }

  private static Query beside(Query otherTimes, Position place, Query otherIds) {
    Query sameTime =
        all(List.of(numbers(ElasticFields.TIME, place.micros(), place.micros()), otherIds));
    return Query.of(q -> q.bool(b -> b.should(otherTimes, sameTime).minimumShouldMatch("1")));
  }

  private static Query nothing() {
    return Query.of(q -> q.matchNone(none -> none));
  }

  /** What is required or optional here and there follows the same rules; an empty one does not. */
  private static Query bool(BooleanQuery query) {
    if (query.clauses().isEmpty()) {
      return nothing();
    }
    BoolQuery.Builder bool = new BoolQuery.Builder();
    for (BooleanClause clause : query.clauses()) {
      Query inner = of(clause.query());
      BoolQuery.Builder _ =
          switch (clause.occur()) {
            case MUST, FILTER -> bool.filter(inner);
            case SHOULD -> bool.should(inner);
            case MUST_NOT -> bool.mustNot(inner);
          };
    }
    if (query.getMinimumNumberShouldMatch() > 0) {
      bool.minimumShouldMatch(Integer.toString(query.getMinimumNumberShouldMatch()));
    }
    return bool.build()._toQuery();
  }

  private static Query term(Term term) {
    return Query.of(q -> q.term(t -> t.field(field(term)).value(term.text())));
  }

  private static Query phrase(PhraseQuery phrase) {
    String words =
        Arrays.stream(phrase.getTerms()).map(Term::text).collect(Collectors.joining(" "));
    return Query.of(
        q ->
            q.matchPhrase(
                p ->
                    p.field(ElasticFields.name(phrase.getField()))
                        .query(words)
                        .slop(phrase.getSlop())
                        .analyzer(ElasticFields.ANALYZER)));
  }

  private static Query terms(TermInSetQuery terms) {
    String field = ElasticFields.name(terms.getField());
    List<Query> lists = new ArrayList<>();
    List<FieldValue> list = new ArrayList<>();
    BytesRefIterator values = terms.getBytesRefIterator();
    try {
      for (BytesRef value = values.next(); value != null; value = values.next()) {
        list.add(FieldValue.of(value.utf8ToString()));
        if (list.size() == LONGEST_LIST) {
          lists.add(anyOf(field, list));
          list = new ArrayList<>();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    lists.add(anyOf(field, list));
    return Query.of(q -> q.bool(b -> b.should(lists)));
  }

  private static Query anyOf(String field, List<FieldValue> values) {
    return Query.of(q -> q.terms(t -> t.field(field).terms(v -> v.value(values))));
  }

  private static Query range(TermRangeQuery range) {
    String field = ElasticFields.name(range.getField());
    String lower = text(range.getLowerTerm());
    String upper = text(range.getUpperTerm());
    return Query.of(
        q ->
            q.range(
                r ->
                    r.term(
                        t -> {
                          var bounds = t.field(field);
                          if (lower != null) {
                            bounds = range.includesLower() ? bounds.gte(lower) : bounds.gt(lower);
                          }
                          if (upper != null) {
                            bounds = range.includesUpper() ? bounds.lte(upper) : bounds.lt(upper);
                          }
                          return bounds;
                        })));
  }

  private static Query range(PointRangeQuery range) {
    return numbers(
        ElasticFields.name(range.getField()),
        LongPoint.decodeDimension(range.getLowerPoint(), 0),
        LongPoint.decodeDimension(range.getUpperPoint(), 0));
  }

  private static Query numbers(String field, long from, long to) {
    return Query.of(q -> q.range(r -> r.longNumber(n -> n.field(field).gte(from).lte(to))));
  }

  private static @Nullable String text(@Nullable BytesRef term) {
    return term == null ? null : term.utf8ToString();
  }

  private static String field(Term term) {
    return ElasticFields.name(term.field());
  }

  private static String field(PrefixQuery query) {
    return ElasticFields.name(query.getField());
  }

  private static String field(WildcardQuery query) {
    return ElasticFields.name(query.getField());
  }
}
