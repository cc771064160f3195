package io.penstock.audit.log;

import static java.util.stream.Collectors.toMap;

import io.penstock.audit.keep.Keeper;
import io.penstock.audit.keep.SegmentStore;
import io.penstock.audit.keep.Trail;
import io.penstock.audit.keep.TrailObjects;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Keeps the logs of all trails at most an interval behind their segments. It begins before records
 * are received and ends after, so that a service that was stopped leaves nothing unproven.
 */
public final class LogWriting implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriting.class);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(15);
  private static final Duration LAST_TURN = Duration.ofSeconds(6);
  private static final int TRAILS_AT_ONCE = 8;

  /** What is behind for longer needs somebody. */
  static final Duration LONGEST_BEHIND = Duration.ofMinutes(5);

  private final Keeper keeper;
  private final SegmentStore segments;
  private final TrailObjects objects;
  private final LogKeys keys;
  private final Duration interval;
  private final InstantSource clock;
  private final Map<Trail, TrailLog> logs = new ConcurrentHashMap<>();
  private final Map<Trail, String> refused = new ConcurrentHashMap<>();
  private final Map<Trail, Instant> behindSince = new ConcurrentHashMap<>();
  private final Map<Trail, Turn> turns = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          TRAILS_AT_ONCE,
          TRAILS_AT_ONCE,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("audit-log-", 1).factory());
  private volatile CountDownLatch stopping = new CountDownLatch(0);
  private volatile @Nullable Thread thread;

  /**
   * @param interval between two checkpoints of a trail that grows
   */
  public LogWriting(
      Keeper keeper,
      SegmentStore segments,
      TrailObjects objects,
      LogKeys keys,
      Duration interval,
      InstantSource clock) {
    this.keeper = keeper;
    this.segments = segments;
    this.objects = objects;
    this.keys = keys;
    this.interval = interval;
    this.clock = clock;
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * A trail's log is being written.
   *
   * @param steps what it had come to when somebody looked
   * @param since nothing is known to have come since then
   */
  private record Turn(Future<?> work, long steps, Instant since) {
    boolean isOver() {
      return work.isDone();
    }
  }

  /** The trails whose log is left as it is, and why: what stands there contradicts the segments. */
  public Map<Trail, String> refused() {
    return Map.copyOf(refused);
  }

  /** The trails whose log could not be written for {@link #LONGEST_BEHIND}, and since when. */
  public Map<Trail, Instant> behind() {
    Instant limit = clock.instant().minus(LONGEST_BEHIND);
    return behindSince.entrySet().stream()
        .filter(trail -> !trail.getValue().isAfter(limit))
        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Whether the thread that was started is there; it should be until {@link #stop}. */
  public boolean isAlive() {
    Thread writer = thread;
    return writer != null && writer.isAlive();
  }

  /** Brings the log of every trail up to what is known of it. */
  public void turn() {
    begin();
    awaitAll(LONGEST_BEHIND);
  }

  /** Waits for nobody: a trail that takes long, or for ever, keeps no other one back. */
  private void begin() {
    keeper
        .sizes()
        .forEach(
            (trail, size) -> {
              if (!refused.containsKey(trail)) {
                turns.compute(trail, (_, turn) -> next(trail, size, turn));
              }
            });
  }

  private Turn next(Trail trail, long size, @Nullable Turn turn) {
    if (turn == null || turn.isOver()) {
      return new Turn(threads.submit(() -> turn(trail, size)), steps(trail), clock.instant());
    }
    long steps = steps(trail);
    if (steps != turn.steps()) {
      behindSince.remove(trail, turn.since()); // not what a failure has set
      return new Turn(turn.work(), steps, clock.instant());
    }
    behindSince.putIfAbsent(trail, turn.since());
    return turn;
  }

  /** A trail has one turn at a time; opening its log reads the store and holds no lock. */
  private TrailLog log(Trail trail) {
    TrailLog known = logs.get(trail);
    TrailLog log = known == null ? new TrailLog(trail, segments, objects, keys) : known;
    logs.put(trail, log);
    return log;
  }

  private long steps(Trail trail) {
    TrailLog log = logs.get(trail);
    return log == null ? 0 : log.steps();
  }

  /** All turns that were begun, but no longer than this. */
  private void awaitAll(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    for (Map.Entry<Trail, Turn> turn : turns.entrySet()) {
      try {
        turn.getValue().work().get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        LOG.warn("The log of trail {} is still being written after {}", turn.getKey(), limit);
      } catch (ExecutionException e) {
        throw new IllegalStateException("A turn handles what goes wrong in it", e);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void turn(Trail trail, long size) {
    try {
      log(trail).turn(size);
      behindSince.remove(trail);
    } catch (LogContradiction e) {
      logs.remove(trail);
      behindSince.remove(trail);
      refused.put(trail, e.getMessage());
      LOG.error(
          "The log of trail {} contradicts its segments, no checkpoint is signed any more: {}",
          trail,
          e.getMessage());
    } catch (RuntimeException | Error e) {
      logs.remove(trail); // what it holds may be half of something
      behindSince.putIfAbsent(trail, clock.instant());
      LOG.warn("The log of trail {} is behind; trying again in {}", trail, interval, e);
    }
  }

  @Override
  public synchronized void start() {
    if (!isRunning()) {
      stopping = new CountDownLatch(1);
      thread = Thread.ofPlatform().name("audit-log").start(this::run);
    }
  }

  private void run() {
    boolean stop = false;
    while (!stop) {
      stop = waited();
      try {
        begin();
        if (stop) {
          awaitAll(LAST_TURN);
          begin(); // what came after the turn that was under way had begun
          awaitAll(LAST_TURN);
        }
      } catch (RuntimeException e) {
        LOG.debug("The trails are not open now", e);
      } catch (Error e) {
        LOG.error("No log was written in this turn; trying again in {}", interval, e);
      }
    }
  }

  private boolean waited() {
    try {
      return stopping.await(interval.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public synchronized void stop() {
    stopping.countDown();
    Thread running = thread;
    thread = null;
    try {
      if (running != null && !running.join(LONGEST_STOP)) {
        LOG.warn("The audit log is still at work after {}", LONGEST_STOP);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return stopping.getCount() > 0;
  }

  /** Starts before and stops after those who receive. */
  @Override
  public int getPhase() {
    return DEFAULT_PHASE - 1;
  }
}
