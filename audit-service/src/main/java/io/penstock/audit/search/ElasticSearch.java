package io.penstock.audit.search;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.ErrorCause;
import co.elastic.clients.elasticsearch._types.SortOptions;
import co.elastic.clients.elasticsearch._types.SortOrder;
import co.elastic.clients.elasticsearch.core.search.Hit;
import io.penstock.model.Json;
import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordQuery;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.lucene.search.Query;
import org.jspecify.annotations.Nullable;

/** Finds records in Elasticsearch. */
public final class ElasticSearch implements RecordFinder {
  private static final int BAD_REQUEST = 400;
  private static final String TOO_MANY_BUCKETS = "too_many_buckets_exception";

  private final ElasticIndex index;
  private final UnaryOperator<KeptRecord> whole;
  private final SearchTurns turns = new SearchTurns();

  /**
   * @param whole gives a record back what is not in the index
   */
  public ElasticSearch(ElasticIndex index, UnaryOperator<KeptRecord> whole) {
    this.index = index;
    this.whole = whole;
  }

  @Override
  public void writePage(RecordQuery query, Body body) {
    QueryLimits.check(query);
    turns.take(
        () ->
            index.read(
                (client, indices) -> {
                  try {
                    new ElasticPage(client, indices, query, whole).write(body);
                  } catch (ElasticsearchException e) {
                    throw refusal(query, e);
                  }
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
            (client, indices) -> {
              var places = new RecordPlaces(projectId, new Singles(client, indices));
              return Optional.ofNullable(places.find(idOrNumber));
            });
    return found.map(whole);
  }

  /** What the cluster does not take is too much of something: all else was checked before. */
  private static RuntimeException refusal(RecordQuery query, ElasticsearchException e) {
    if (causes(e).contains(TOO_MANY_BUCKETS)) {
      return RecordCounts.tooManySpans();
    }
    return e.status() == BAD_REQUEST && query.query() != null
        ? QueryText.syntax("too complex", e)
        : e;
  }

  private static String causes(ElasticsearchException e) {
    return e.error().rootCause().stream().map(ErrorCause::toString).collect(Collectors.joining())
        + e.error();
  }

  static SortOptions by(String field, boolean largestFirst) {
    SortOrder order = largestFirst ? SortOrder.Desc : SortOrder.Asc;
    return SortOptions.of(s -> s.field(f -> f.field(field).order(order)));
  }

  /** All of a document that is kept. */
  record Source(String record) {}

  /** Single records. */
  record Singles(ElasticsearchClient client, String indices) implements RecordPlaces.Records {

    @Override
    public @Nullable KeptRecord any(Query query) throws IOException {
      return first(query, by(ElasticFields.TIME, true));
    }

    @Override
    public @Nullable KeptRecord ofLargestNumber(Query query) throws IOException {
      return first(query, by(ElasticFields.name(QueryField.NUMBER.wireName()), true));
    }

    private @Nullable KeptRecord first(Query query, SortOptions order) throws IOException {
      List<Hit<Source>> hits =
          client
              .search(
                  s ->
                      s.index(indices)
                          .allowPartialSearchResults(false)
                          .query(ElasticQueries.of(query))
                          .sort(order)
                          .trackTotalHits(t -> t.enabled(false))
                          .size(1),
                  Source.class)
              .hits()
              .hits();
      Source source = hits.isEmpty() ? null : hits.getFirst().source();
      return source == null ? null : Json.read(source.record(), KeptRecord.class);
    }
  }
}
