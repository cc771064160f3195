package io.penstock.audit.search;

import io.penstock.audit.keep.Segment;
import io.penstock.audit.keep.Trail;
import io.penstock.audit.search.ElasticStore.Entry;
import io.penstock.audit.search.ElasticStore.Stored;
import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.KeptRecord;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One generation of the index, from opening to closing. Thread-safe, but for {@link #commit}. */
final class OpenElasticIndex implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenElasticIndex.class);
  private static final Duration LONGEST_FLUSH = Duration.ofSeconds(60);
  private static final int MOST_LOST_RACES = 20;

  private final ElasticStore store;
  private final ElasticNames names;
  private final ElasticIndex.Options options;
  private final Clock clock;
  private final ElasticWriter writer;
  private final Set<String> months = ConcurrentHashMap.newKeySet();
  private Stored stored;
  private volatile long committed;

  private OpenElasticIndex(
      ElasticStore store,
      ElasticNames names,
      ElasticIndex.Options options,
      Clock clock,
      Stored at) {
    this.store = store;
    this.names = names;
    this.options = options;
    this.clock = clock;
    this.stored = at;
    this.months.addAll(at.state().months());
    this.writer = new ElasticWriter(store, names, at.state().positions(), options.visibleAfter());
  }

  /**
   * Opens the generation that counts; one that lacks a month that it had, that is of another
   * origin, or that claims trails that are not in the store, is replaced by an empty one.
   */
  static OpenElasticIndex open(
      ElasticStore store, ElasticIndex.Options options, Clock clock, Set<Trail> existing)
      throws IOException {
    for (int race = 0; race < MOST_LOST_RACES; race++) {
      ElasticNames fresh = ElasticNames.next(options.prefix());
      Stored found = store.state(fresh);
      if (found == null || !isWhole(store, options, clock, existing, found.state())) {
        LOG.warn("The search index {} is made from the audit trails", fresh.all());
        ElasticState empty = ElasticState.empty(options.origin(), fresh.generation());
        found = store.replace(fresh, found, empty);
      }
      if (found != null) {
        ElasticNames names = new ElasticNames(options.prefix(), found.state().generation());
        return opened(store, names, options, clock, found);
      }
    }
    throw lostRaces();
  }

  /** The next one who opens it begins with nothing, and whoever has it open is stopped. */
  static boolean clear(ElasticStore store, ElasticIndex.Options options) throws IOException {
    for (int race = 0; race < MOST_LOST_RACES; race++) {
      ElasticNames fresh = ElasticNames.next(options.prefix());
      ElasticState empty = ElasticState.empty(options.origin(), fresh.generation());
      if (store.replace(fresh, store.state(fresh), empty) != null) {
        return true;
      }
    }
    throw lostRaces();
  }

  private static IOException lostRaces() {
    return new IOException("Lost " + MOST_LOST_RACES + " races for the state of the index");
  }

  private static OpenElasticIndex opened(
      ElasticStore store, ElasticNames names, ElasticIndex.Options options, Clock clock, Stored at)
      throws IOException {
    // So that there is always something to search.
    store.createMonth(names, ElasticNames.month(clock.instant()));
    store.awaitUsable(names);
    return new OpenElasticIndex(store, names, options, clock, at);
  }

  private static boolean isWhole(
      ElasticStore store,
      ElasticIndex.Options options,
      Clock clock,
      Set<Trail> existing,
      ElasticState state)
      throws IOException {
    Set<String> missing =
        state.months().stream()
            .filter(month -> !isExpired(month, options, clock))
            .collect(Collectors.toSet());
    missing.removeAll(store.months(new ElasticNames(options.prefix(), state.generation())));
    return missing.isEmpty()
        && state.origin().equals(options.origin())
        && existing.containsAll(state.positions().keySet());
  }

  private static boolean isExpired(String month, ElasticIndex.Options options, Clock clock) {
    Duration retention = options.retention();
    return retention != null && ElasticNames.end(month).isBefore(begin(clock, retention));
  }

  private static Instant begin(Clock clock, Duration retention) {
    return clock.instant().minus(retention);
  }

  boolean isUsable() {
    return writer.isUsable();
  }

  void fail(Exception cause) {
    writer.fail(cause);
  }

  String searched() {
    return names.all();
  }

  long next(Trail trail) {
    return writer.next(trail);
  }

  void awaitSeen(Duration longest) {
    writer.awaitSeen(longest);
  }

  /** Returns how many records were applied since the last commit. */
  long apply(Segment segment) throws IOException {
    if (segment.firstIndex() != next(segment.trail())) {
      throw new IllegalArgumentException(
          "Trail %s: segment %d does not follow %d"
              .formatted(segment.trail(), segment.firstIndex(), next(segment.trail())));
    }
    List<Entry> entries = new ArrayList<>(segment.records().size());
    long index = segment.firstIndex();
    for (AuditRecord record : segment.records()) {
      String month = ElasticNames.month(record.id());
      if (!isExpired(month, options, clock)) {
        require(month);
        var kept = new KeptRecord(index, record, segment.replacedIn(record));
        byte[] document =
            Json.mapper().writeValueAsBytes(ElasticFields.document(RecordDocument.of(kept)));
        entries.add(new Entry(record.id(), month, document));
      }
      index++;
    }
    writer.add(segment.trail(), segment.next(), entries);
    return writer.taken() - committed;
  }

  private void require(String month) throws IOException {
    if (!months.contains(month)) {
      store.createMonth(names, month);
      months.add(month);
    }
  }

  /** What is claimed was durable before. */
  boolean commit() throws IOException {
    long taken = writer.taken();
    Map<Trail, Long> positions = writer.flush(LONGEST_FLUSH);
    Set<String> expired = expired();
    for (String month : expired) {
      LOG.info("The records of {} are older than the index keeps them", month);
      store.dropMonth(names, month);
      months.remove(month);
    }
    for (int race = 0; race < MOST_LOST_RACES; race++) {
      ElasticState state = stored.state().with(months, positions).without(expired);
      if (state.equals(stored.state())) {
        committed = taken;
        return true;
      }
      @Nullable Stored written = store.replace(names, stored, state);
      if (written != null) {
        stored = written;
        committed = taken;
        return true;
      }
      stored = newest();
    }
    throw lostRaces();
  }

  private Set<String> expired() {
    return months.stream()
        .filter(month -> isExpired(month, options, clock))
        .collect(Collectors.toSet());
  }

  /** What another writer has committed meanwhile. */
  private Stored newest() throws IOException {
    Stored newest = store.state(names);
    if (newest == null || !newest.state().generation().equals(names.generation())) {
      IOException cause = new IOException("The index was made anew by another service");
      writer.fail(cause);
      throw cause;
    }
    return newest;
  }

  /** Earlier generations are of no use once this one is whole. */
  boolean dropOutdated() throws IOException {
    List<String> outdated = store.outdated(names);
    if (!outdated.isEmpty()) {
      LOG.info("Dropping {} indices that were replaced", outdated.size());
      store.drop(outdated);
    }
    return true;
  }

  @Override
  public void close() {
    writer.close();
  }
}
