package io.penstock.audit.search;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch._types.SortOptions;
import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import co.elastic.clients.elasticsearch.core.search.Hit;
import io.penstock.audit.search.RecordFilter.Position;
import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One page, read in parts by {@code search_after}: neither an offset nor a window ends it, and a
 * part takes a few megabytes. Records never change and newer ones do not come in between, so the
 * parts need no common moment.
 */
final class ElasticPage {
  private static final int FIRST_PART = 100;
  private static final int SMALLEST_PART = 10;
  private static final int LARGEST_PART = 2_000;
  private static final int LARGEST_SKIP = 10_000;
  private static final long BYTES_OF_A_PART = 4 << 20;
  private static final String LONGEST_SEARCH = SearchTurns.LONGEST_SEARCH.toMillis() + "ms";

  private final ElasticsearchClient client;
  private final String indices;
  private final RecordQuery query;
  private final UnaryOperator<KeptRecord> whole;
  private final Query filter;
  private final List<SortOptions> order;
  private @Nullable List<FieldValue> last;
  private @Nullable SearchResponse<ElasticSearch.Source> first;

  ElasticPage(
      ElasticsearchClient client,
      String indices,
      RecordQuery query,
      UnaryOperator<KeptRecord> whole)
      throws IOException {
    this.whole = whole;
    this.client = client;
    this.indices = indices;
    this.query = query;
    RecordQuery.Paging paging = query.paging();
    var places = new RecordPlaces(query.projectId(), new ElasticSearch.Singles(client, indices));
    List<Query> all = new ArrayList<>();
    Position above = places.position("sinceId", paging.sinceId());
    if (above != null) {
      all.add(ElasticQueries.later(above));
    }
    Position below = places.position("maxId", paging.maxId());
    if (below != null) {
      all.add(ElasticQueries.earlier(below));
    }
    all.add(ElasticQueries.of(RecordFilter.of(query, null, null)));
    this.filter = ElasticQueries.all(all);
    Position after = places.place(paging.after());
    if (after != null) {
      this.last = List.of(FieldValue.of(after.micros()), FieldValue.of(after.id()));
    }
    boolean newestFirst = !paging.ascending();
    this.order =
        List.of(
            ElasticSearch.by(ElasticFields.TIME, newestFirst),
            ElasticSearch.by(ElasticFields.ID, newestFirst));
  }

  void write(RecordFinder.Body body) throws IOException {
    boolean more = skip(query.paging().offset());
    int left = query.paging().limit();
    int size = Math.min(left, FIRST_PART);
    List<Hit<ElasticSearch.Source>> part = more ? part(size, true) : List.of();
    RecordCounts.@Nullable Found counts = counts();
    PageJson page = new PageJson(body.open(), query.paging().bytes(), whole);
    while (!part.isEmpty()) {
      long bytes = write(part, page);
      left -= part.size();
      boolean whole = part.size() < size;
      size = Math.min(left, fitting(bytes / part.size()));
      part = whole || left == 0 || page.isFull() ? List.of() : part(size, true);
    }
    page.end(total(), counts);
  }

  /** False when nothing is left. */
  private boolean skip(int offset) throws IOException {
    int left = offset;
    while (left > 0) {
      int size = Math.min(left, LARGEST_SKIP);
      if (part(size, false).size() < size) {
        return false;
      }
      left -= size;
    }
    return true;
  }

  private static int fitting(long bytesOfOne) {
    return Math.clamp(BYTES_OF_A_PART / Math.max(1, bytesOfOne), SMALLEST_PART, LARGEST_PART);
  }

  private static long write(List<Hit<ElasticSearch.Source>> hits, PageJson page)
      throws IOException {
    long bytes = 0;
    for (Hit<ElasticSearch.Source> hit : hits) {
      if (page.isFull()) {
        return bytes;
      }
      ElasticSearch.Source source = hit.source();
      if (source == null) {
        throw new IOException("A document without its record: " + hit.id());
      }
      byte[] json = source.record().getBytes(StandardCharsets.UTF_8);
      page.record(json, 0, json.length);
      bytes += json.length;
    }
    return bytes;
  }

  private List<Hit<ElasticSearch.Source>> part(int size, boolean withRecords) throws IOException {
    SearchResponse<ElasticSearch.Source> found =
        client.search(request(size, withRecords), ElasticSearch.Source.class);
    if (found.timedOut()) {
      throw SearchTurns.tookTooLong();
    }
    if (first == null) {
      first = found;
    }
    List<Hit<ElasticSearch.Source>> hits = found.hits().hits();
    if (!hits.isEmpty()) {
      last = hits.getLast().sort();
    }
    return hits;
  }

  private SearchRequest request(int size, boolean withRecords) {
    boolean counting = first == null;
    return SearchRequest.of(
        s -> {
          s.index(indices)
              .allowPartialSearchResults(false)
              .timeout(LONGEST_SEARCH)
              .query(filter)
              .sort(order)
              .size(size)
              .source(source -> source.fetch(withRecords))
              .trackTotalHits(t -> t.enabled(counting && query.counting().total()));
          if (last != null) {
            s.searchAfter(last);
          }
          if (counting && RecordCounts.isAsked(query.counting())) {
            s.aggregations(ElasticCounts.requested(query.counting()));
          }
          return s;
        });
  }

  private long total() {
    var hits = first == null ? null : first.hits().total();
    return hits == null || !query.counting().total() ? RecordQuery.Page.NOT_COUNTED : hits.value();
  }

  /** Before the first byte of the page: there may be too many of them. */
  private RecordCounts.@Nullable Found counts() {
    return first == null || !RecordCounts.isAsked(query.counting())
        ? null
        : ElasticCounts.found(query.counting(), first.aggregations());
  }
}
