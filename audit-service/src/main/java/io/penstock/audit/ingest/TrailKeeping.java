package io.penstock.audit.ingest;

import io.penstock.audit.keep.Keeper;
import io.penstock.audit.keep.SegmentStore;
import io.penstock.audit.search.SearchIndex;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Sees to it that index, trails and queue work together, in one loop: open the index if it is not
 * open, apply what is durable and not in it, receive, commit now and then. When anything of it
 * fails, nothing more is received, and the loop tries again after a pause: records wait in the
 * queue meanwhile.
 */
public final class TrailKeeping implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(TrailKeeping.class);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(15);

  private final SegmentStore segments;
  private final SearchIndex index;
  private final Keeper keeper;
  private final RecordFeed feed;
  private final Duration interval;
  private volatile boolean ready;
  private volatile CountDownLatch stopping = new CountDownLatch(0);
  private @Nullable Thread thread;

  /**
   * @param interval between two commits of the index, and two looks for what other writers have
   *     appended
   */
  public TrailKeeping(
      SegmentStore segments, SearchIndex index, Keeper keeper, RecordFeed feed, Duration interval) {
    this.segments = segments;
    this.index = index;
    this.keeper = keeper;
    this.feed = feed;
    this.interval = interval;
  }

  /** Whether records are received and searches see all of them. */
  public boolean isReady() {
    return ready && index.isUsable();
  }

  @Override
  public synchronized void start() {
    if (!isRunning()) {
      stopping = new CountDownLatch(1);
      thread = Thread.ofPlatform().name("audit-trails").start(this::run);
    }
  }

  /** Never interrupts: an interrupt inside Lucene's file access would break the index. */
  @Override
  public synchronized void stop() {
    stopping.countDown();
    Thread running = thread;
    thread = null;
    try {
      if (running != null && !running.join(LONGEST_STOP)) {
        LOG.warn("The audit trails are still at work after {}", LONGEST_STOP);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return stopping.getCount() > 0;
  }

  private void run() {
    Duration pause = SHORTEST_PAUSE;
    boolean stop = false;
    while (!stop) {
      try {
        turn();
        pause = SHORTEST_PAUSE;
        stop = waited(interval);
      } catch (RuntimeException | Error e) {
        ready = false;
        LOG.warn("No audit records are received until this is over; trying again in {}", pause, e);
        quietly(feed::stop);
        stop = waited(pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis())));
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                ? pause.multipliedBy(2)
                : LONGEST_PAUSE;
      }
    }
    ready = false;
    quietly(feed::stop);
    quietly(index::commit);
    quietly(index::close);
  }

  private void turn() {
    if (!index.isUsable()) {
      ready = false;
      feed.stop();
      index.open(segments.trails());
    }
    keeper.catchUp();
    index.completed();
    index.commit();
    feed.start();
    feed.check();
    if (!ready) {
      LOG.info("Audit records are received and found");
      ready = true;
    }
  }

  private boolean waited(Duration time) {
    try {
      return stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static void quietly(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.warn("Ignored on the way to a stop: {}", e.getMessage());
    }
  }
}
