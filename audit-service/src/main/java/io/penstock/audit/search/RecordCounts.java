package io.penstock.audit.search;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.RecordQuery;
import io.penstock.model.audit.RecordQuery.Count;
import io.penstock.model.audit.RecordQuery.Facet;
import io.penstock.model.audit.RecordQuery.Span;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.search.Collector;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.LeafCollector;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.ScoreMode;
import org.jspecify.annotations.Nullable;

/**
 * Counts the values of facets and the spans of a histogram over all matches, in one pass over
 * columns of the index: no record is read. Values are counted by their number within each part of
 * the index and named once, at that part's end.
 */
final class RecordCounts implements CollectorManager<RecordCounts.Part, RecordCounts.Found> {
  private static final Map<Facet, QueryField> FIELDS = new EnumMap<>(Facet.class);

  static {
    for (Facet facet : Facet.values()) {
      FIELDS.put(facet, Objects.requireNonNull(QueryField.of(facet.wireName())));
    }
  }

  private static final Set<QueryField> COUNTED = Set.copyOf(FIELDS.values());
  private static final long MICROS = 1_000_000;

  /** A facet of more values than these is refused: what is answered is exact. */
  static final int MOST_DISTINCT_VALUES = 10_000;

  private final RecordQuery.Counting wanted;

  RecordCounts(RecordQuery.Counting wanted) {
    this.wanted = wanted;
  }

  /** What was counted, as {@link RecordQuery.Page} has it. */
  record Found(Map<String, List<Count>> facets, List<Span> histogram) {}

  /** Whether the field needs its values in a column. */
  static boolean isCounted(QueryField field) {
    return COUNTED.contains(field);
  }

  static QueryField field(Facet facet) {
    return Objects.requireNonNull(FIELDS.get(facet));
  }

  static boolean isAsked(RecordQuery.Counting counting) {
    return !counting.facets().isEmpty() || counting.histogram() != null;
  }

  @Override
  public Part newCollector() {
    return new Part(wanted);
  }

  @Override
  public Found reduce(Collection<Part> parts) throws IOException {
    Part all = new Part(wanted);
    for (Part part : parts) {
      part.values.forEach(
          (facet, counts) -> counts.forEach((value, count) -> all.add(facet, value, count)));
      part.spans.forEach((from, count) -> all.spans.merge(from, count, Long::sum));
    }
    Map<String, List<Count>> facets = new LinkedHashMap<>();
    wanted.facets().stream()
        .sorted()
        .forEach(facet -> facets.put(facet.wireName(), all.mostFrequent(facet)));
    return new Found(facets, all.histogram());
  }

  /** Collects one leaf after the other. */
  static final class Part implements Collector {
    private final RecordQuery.Counting wanted;
    private final Map<Facet, Map<String, Long>> values = new EnumMap<>(Facet.class);
    private final Map<Long, Long> spans = new TreeMap<>();

    Part(RecordQuery.Counting wanted) {
      this.wanted = wanted;
    }

    @Override
    public LeafCollector getLeafCollector(LeafReaderContext context) throws IOException {
      return new Leaf(this, context.reader());
    }

    @Override
    public ScoreMode scoreMode() {
      return ScoreMode.COMPLETE_NO_SCORES;
    }

    private void add(Facet facet, String value, long count) {
      Map<String, Long> counts = values.computeIfAbsent(facet, _ -> new LinkedHashMap<>());
      counts.merge(value, count, Long::sum);
      requireFew(facet, counts.size());
    }

    private void addSpan(long from, long count) {
      spans.merge(from, count, Long::sum);
      if (spans.size() > RecordQuery.MOST_SPANS) {
        throw tooManySpans();
      }
    }

    private List<Count> mostFrequent(Facet facet) {
      return values.getOrDefault(facet, Map.of()).entrySet().stream()
          .sorted(
              Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                  .thenComparing(Map.Entry.comparingByKey()))
          .limit(wanted.values())
          .map(entry -> new Count(entry.getKey(), entry.getValue()))
          .toList();
    }

    private List<Span> histogram() {
      if (spans.size() > RecordQuery.MOST_SPANS) {
        throw tooManySpans();
      }
      return spans.entrySet().stream()
          .map(entry -> new Span(Instant.ofEpochSecond(entry.getKey()), entry.getValue()))
          .toList();
    }
  }

  /** The columns of one part of the index. */
  private static final class Leaf implements LeafCollector {
    private final Part part;
    private final Map<Facet, Texts> texts;
    private final Map<Facet, SortedNumericDocValues> numbers;
    private final @Nullable SortedNumericDocValues times;
    private final long interval;
    private long span;
    private long inSpan;

    Leaf(Part part, LeafReader reader) throws IOException {
      this.part = part;
      this.texts = new EnumMap<>(Facet.class);
      this.numbers = new EnumMap<>(Facet.class);
      for (Facet facet : part.wanted.facets()) {
        QueryField field = field(facet);
        if (field.kind() == QueryField.Kind.NUMBER) {
          numbers.put(facet, DocValues.getSortedNumeric(reader, field.wireName()));
        } else {
          texts.put(facet, new Texts(facet, DocValues.getSortedSet(reader, field.wholeField())));
        }
      }
      RecordQuery.Interval histogram = part.wanted.histogram();
      this.interval = histogram == null ? 0 : histogram.seconds();
      this.times =
          histogram == null ? null : DocValues.getSortedNumeric(reader, RecordDocument.TIME);
    }

    @Override
    public void setScorer(Scorable scorer) {
      // nothing is scored
    }

    @Override
    public void collect(int doc) throws IOException {
      for (Texts column : texts.values()) {
        column.collect(doc);
      }
      for (Map.Entry<Facet, SortedNumericDocValues> column : numbers.entrySet()) {
        if (column.getValue().advanceExact(doc)) {
          part.add(column.getKey(), Long.toString(column.getValue().nextValue()), 1);
        }
      }
      if (times != null && times.advanceExact(doc)) {
        long seconds = Math.floorDiv(times.nextValue(), MICROS);
        count(seconds - Math.floorMod(seconds, interval));
      }
    }

    /** Neighbours in the index are most often neighbours in time. */
    private void count(long from) {
      if (from != span) {
        endSpan();
        span = from;
      }
      inSpan++;
    }

    private void endSpan() {
      if (inSpan > 0) {
        part.addSpan(span, inSpan);
        inSpan = 0;
      }
    }

    @Override
    public void finish() throws IOException {
      endSpan();
      for (Texts column : texts.values()) {
        column.addTo(part);
      }
    }
  }

  /**
   * A column of texts, and how often each is there. Its values are those of all projects: only
   * where one is counted is there a page of counts.
   */
  private static final class Texts {
    private static final int PAGE = 64;

    private final Facet facet;
    private final SortedSetDocValues column;
    private final int[] @Nullable [] pages;
    private int distinct;

    Texts(Facet facet, SortedSetDocValues column) {
      this.facet = facet;
      this.column = column;
      this.pages = new int[Math.toIntExact(column.getValueCount() / PAGE + 1)][];
    }

    void collect(int doc) throws IOException {
      if (column.advanceExact(doc)) {
        int values = column.docValueCount();
        for (int i = 0; i < values; i++) {
          count(Math.toIntExact(column.nextOrd()));
        }
      }
    }

    private void count(int ord) {
      int @Nullable [] page = pages[ord / PAGE];
      if (page == null) {
        page = new int[PAGE];
        pages[ord / PAGE] = page;
      }
      if (page[ord % PAGE]++ == 0) {
        requireFew(facet, ++distinct);
      }
    }

    void addTo(Part whole) throws IOException {
      for (int number = 0; number < pages.length; number++) {
        int @Nullable [] page = pages[number];
        for (int at = 0; page != null && at < PAGE; at++) {
          if (page[at] > 0) {
            long ord = (long) number * PAGE + at;
            whole.add(facet, column.lookupOrd(ord).utf8ToString(), page[at]);
          }
        }
      }
    }
  }

  /**
   * @param distinct how many values were found until now
   */
  static void requireFew(Facet facet, int distinct) {
    if (distinct > MOST_DISTINCT_VALUES) {
      throw new PlatformException(
          ErrorCode.VALIDATION,
          "What is found has more than %d values of \"%s\": narrow it by since and until, or leave this facet out"
              .formatted(MOST_DISTINCT_VALUES, facet.wireName()));
    }
  }

  static PlatformException tooManySpans() {
    return new PlatformException(
        ErrorCode.VALIDATION,
        "The histogram has more than %d spans: choose a longer interval or a shorter time"
            .formatted(RecordQuery.MOST_SPANS));
  }
}
