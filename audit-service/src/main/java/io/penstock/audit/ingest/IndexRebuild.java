package io.penstock.audit.ingest;

import io.penstock.audit.keep.Keeper;
import io.penstock.audit.keep.SegmentStore;
import io.penstock.audit.keep.Trail;
import io.penstock.audit.search.SearchIndex;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;

/**
 * Makes the search index anew from the trails alone, and is done. The service must not run
 * meanwhile (it holds locks on its directories, so that this one ends with an error): records wait
 * in the queue until it does.
 */
public final class IndexRebuild implements ApplicationRunner {
  /** The profile in which nothing is received or answered. */
  public static final String PROFILE = "rebuild-index";

  private static final Logger LOG = LoggerFactory.getLogger(IndexRebuild.class);

  private final SegmentStore segments;
  private final SearchIndex index;
  private final Keeper keeper;

  public IndexRebuild(SegmentStore segments, SearchIndex index, Keeper keeper) {
    this.segments = segments;
    this.index = index;
    this.keeper = keeper;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    long begin = System.nanoTime();
    Set<Trail> trails = segments.trails();
    index.clear();
    index.open(trails);
    keeper.catchUp();
    index.commit();
    if (!keeper.broken().isEmpty()) {
      throw new IllegalStateException("The index is not whole: " + keeper.broken());
    }
    index.completed();
    index.close();
    long records = keeper.sizes().values().stream().mapToLong(Long::longValue).sum();
    LOG.info(
        "The search index holds the {} records of {} trails, made anew in {}",
        records,
        trails.size(),
        Duration.ofNanos(System.nanoTime() - begin));
  }
}
