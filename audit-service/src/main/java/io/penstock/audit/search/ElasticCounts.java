package io.penstock.audit.search;

import co.elastic.clients.elasticsearch._types.aggregations.Aggregate;
import co.elastic.clients.elasticsearch._types.aggregations.Aggregation;
import io.penstock.model.audit.RecordQuery;
import io.penstock.model.audit.RecordQuery.Count;
import io.penstock.model.audit.RecordQuery.Facet;
import io.penstock.model.audit.RecordQuery.Span;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Facets and histogram as aggregations. */
final class ElasticCounts {
  private static final String HISTOGRAM = "histogram";
  private static final long MICROS = 1_000_000;

  /** One more than may be there, of each month and of all: what is answered is exact. */
  private static final int VALUES = RecordCounts.MOST_DISTINCT_VALUES + 1;

  private ElasticCounts() {}

  static Map<String, Aggregation> requested(RecordQuery.Counting counting) {
    Map<String, Aggregation> requested = new HashMap<>();
    if (counting.values() > 0) {
      for (Facet facet : counting.facets()) {
        String field = ElasticFields.name(RecordCounts.field(facet).wholeField());
        requested.put(
            facet.wireName(),
            Aggregation.of(a -> a.terms(t -> t.field(field).size(VALUES).shardSize(VALUES))));
      }
    }
    RecordQuery.Interval interval = counting.histogram();
    if (interval != null) {
      requested.put(
          HISTOGRAM,
          Aggregation.of(
              a ->
                  a.histogram(
                      h ->
                          h.field(ElasticFields.TIME)
                              .interval((double) (interval.seconds() * MICROS))
                              .minDocCount(1))));
    }
    return requested;
  }

  static RecordCounts.Found found(
      RecordQuery.Counting counting, Map<String, Aggregate> aggregates) {
    Map<String, List<Count>> facets = new LinkedHashMap<>();
    counting.facets().stream()
        .sorted()
        .forEach(
            facet -> {
              String name = facet.wireName();
              List<Count> values = values(aggregates.get(name));
              RecordCounts.requireFew(facet, values.size());
              facets.put(name, values.stream().limit(counting.values()).toList());
            });
    List<Span> histogram = spans(aggregates.get(HISTOGRAM));
    if (histogram.size() > RecordQuery.MOST_SPANS) {
      throw RecordCounts.tooManySpans();
    }
    return new RecordCounts.Found(facets, histogram);
  }

  private static List<Count> values(@Nullable Aggregate aggregate) {
    if (aggregate == null) {
      return List.of();
    }
    Stream<Count> counts =
        switch (aggregate._kind()) {
          case Sterms ->
              aggregate.sterms().buckets().array().stream()
                  .map(bucket -> new Count(bucket.key().stringValue(), bucket.docCount()));
          case Lterms ->
              aggregate.lterms().buckets().array().stream()
                  .map(bucket -> new Count(Long.toString(bucket.key()), bucket.docCount()));
          case Umterms -> Stream.empty();
          default -> throw new IllegalStateException("Not expected: " + aggregate._kind());
        };
    return counts.toList();
  }

  private static List<Span> spans(@Nullable Aggregate aggregate) {
    return aggregate == null
        ? List.of()
        : aggregate.histogram().buckets().array().stream()
            .map(bucket -> new Span(from(bucket.key()), bucket.docCount()))
            .toList();
  }

  /** Microseconds of the years to come are whole numbers of a double, too. */
  private static Instant from(double micros) {
    return Instant.ofEpochSecond(Math.floorDiv((long) micros, MICROS));
  }
}
