package io.penstock.audit.search;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import io.penstock.audit.keep.Segment;
import io.penstock.audit.keep.Trail;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The search index in an Elasticsearch cluster, for as many audit-services as there are: each
 * applies the trails by itself, and applying a record twice leaves one. Thread-safe.
 */
public final class ElasticIndex implements SearchIndex {
  private static final int NOT_FOUND = 404;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  /** So many records are read from the trails again at most when a long catching up ends early. */
  private static final long MOST_UNCOMMITTED = 50_000;

  private final ElasticsearchClient client;
  private final Options options;
  private final Clock clock;
  private volatile @Nullable OpenElasticIndex open;
  private volatile boolean complete;

  /**
   * Which index, and how it behaves.
   *
   * @param prefix begins the names of all that is made in the cluster
   * @param origin names the store whose trails the index follows
   * @param visibleAfter how long a record may take until searches find it
   * @param retention months that ended longer ago are dropped; null: none ever is
   */
  public record Options(
      String prefix, String origin, Duration visibleAfter, @Nullable Duration retention) {}

  public ElasticIndex(ElasticsearchClient client, Options options, Clock clock) {
    this.client = client;
    this.options = options;
    this.clock = clock;
  }

  @Override
  public synchronized void open(Set<Trail> existing) {
    close();
    complete = false;
    open = asked(() -> OpenElasticIndex.open(new ElasticStore(client), options, clock, existing));
  }

  @Override
  public synchronized void clear() {
    close();
    boolean _ = asked(() -> OpenElasticIndex.clear(new ElasticStore(client), options));
  }

  @Override
  public boolean isUsable() {
    OpenElasticIndex index = open;
    return index != null && index.isUsable();
  }

  @Override
  public void completed() {
    OpenElasticIndex index = require();
    if (!complete) {
      boolean _ = asked(index::dropOutdated);
      complete = true;
    }
  }

  @Override
  public long next(Trail trail) {
    return require().next(trail);
  }

  @Override
  public void apply(Segment segment) {
    OpenElasticIndex index = require();
    if (asked(() -> index.apply(segment)) > MOST_UNCOMMITTED) {
      commit();
    }
  }

  @Override
  public synchronized void commit() {
    OpenElasticIndex index = require();
    boolean _ = asked(index::commit);
  }

  /** What is asked of the cluster by a search: over all months of this generation. */
  @FunctionalInterface
  interface Reading<T> {
    T read(ElasticsearchClient client, String indices) throws IOException;
  }

  <T> T read(Reading<T> reading) {
    OpenElasticIndex index = require();
    if (!complete) {
      throw building();
    }
    index.awaitSeen(LONGEST_WAIT);
    return asked(
        () -> {
          try {
            return reading.read(client, index.searched());
          } catch (ElasticsearchException e) {
            if (e.status() == NOT_FOUND) {
              index.fail(e);
            }
            throw e;
          }
        });
  }

  @Override
  public synchronized void close() {
    OpenElasticIndex index = open;
    open = null;
    if (index != null) {
      index.close();
    }
  }

  private OpenElasticIndex require() {
    OpenElasticIndex index = open;
    if (index == null) {
      throw building();
    }
    return index;
  }

  /** Something that asks the cluster. */
  @FunctionalInterface
  private interface Question<T> {
    T ask() throws IOException;
  }

  private static <T> T asked(Question<T> question) {
    try {
      return question.ask();
    } catch (IOException | ElasticsearchException e) {
      throw new PlatformException(ErrorCode.UNAVAILABLE, "The audit index is not available now", e);
    }
  }

  private static PlatformException building() {
    return new PlatformException(
        ErrorCode.UNAVAILABLE, "The audit index is being built, try again later");
  }
}
