package io.penstock.audit.search;

import io.penstock.audit.keep.Trail;
import io.penstock.audit.search.ElasticStore.Entry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends records in bulk from a thread of its own: what comes while one request is under way shares
 * the next. After the first failure it is of no more use: somebody opens the index again and
 * applies anew what was not committed. Thread-safe.
 */
final class ElasticWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ElasticWriter.class);
  private static final int MOST_RECORDS_IN_A_REQUEST = 2_000;
  private static final int MOST_BYTES_IN_A_REQUEST = 8 << 20;

  /** Then those who bring more have to wait. */
  private static final int MOST_BYTES_WAITING = 32 << 20;

  private final ElasticStore store;
  private final ElasticNames names;
  private final long visibleAfter;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;

  private final Deque<Entry> queue = new ArrayDeque<>();
  private final Set<String> unseenMonths = new HashSet<>();
  private final Map<Trail, Long> next;
  private long bytes;
  private long taken;
  private long sent;
  private long seen;
  private long awaited;
  private long refreshed = System.nanoTime();
  private boolean closed;
  private @Nullable Throwable failure;

  ElasticWriter(
      ElasticStore store, ElasticNames names, Map<Trail, Long> next, Duration visibleAfter) {
    this.store = store;
    this.names = names;
    this.next = new HashMap<>(next);
    this.visibleAfter = visibleAfter.toNanos();
    this.thread = Thread.ofPlatform().name("audit-elastic").daemon().start(this::run);
  }

  long next(Trail trail) {
    lock.lock();
    try {
      return next.getOrDefault(trail, 0L);
    } finally {
      lock.unlock();
    }
  }

  boolean isUsable() {
    lock.lock();
    try {
      return failure == null && !closed;
    } finally {
      lock.unlock();
    }
  }

  /** How many records were ever brought. */
  long taken() {
    lock.lock();
    try {
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Takes a segment's records; returns before they are durable. */
  void add(Trail trail, long following, List<Entry> entries) throws IOException {
    lock.lock();
    try {
      while (bytes > MOST_BYTES_WAITING && failure == null && !closed) {
        changed.awaitUninterruptibly();
      }
      requireUsable();
      for (Entry entry : entries) {
        queue.add(entry);
        bytes += entry.document().length;
      }
      taken += entries.size();
      next.put(trail, following);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Positions in the trails up to which every record is durable. */
  Map<Trail, Long> flush(Duration longest) throws IOException {
    lock.lock();
    try {
      long target = taken;
      Map<Trail, Long> positions = Map.copyOf(next);
      long left = longest.toNanos();
      while (sent < target && failure == null && !closed && left > 0) {
        left = await(left);
      }
      requireUsable();
      if (sent < target) {
        throw new IOException("The index takes records too slowly");
      }
      return positions;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until searches see all that was added before.
   *
   * @param longest then it is searched with what is seen
   */
  void awaitSeen(Duration longest) {
    lock.lock();
    try {
      long target = taken;
      awaited = Math.max(awaited, target);
      changed.signalAll();
      long left = longest.toNanos();
      while (seen < target && failure == null && !closed && left > 0) {
        left = await(left);
      }
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // its callers look again
  private long await(long nanos) {
    try {
      return changed.awaitNanos(nanos);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private void requireUsable() throws IOException {
    if (failure != null) {
      throw new IOException("The index could not be written", failure);
    }
    if (closed) {
      throw new IOException("The index was closed");
    }
  }

  /** Somebody saw that the index is not what it was. */
  void fail(Throwable cause) {
    lock.lock();
    try {
      if (failure == null && !closed) {
        LOG.warn("Elasticsearch takes no records: {}", cause.toString());
        failure = cause;
      }
      queue.clear();
      bytes = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      for (Step step = next(); step != null; step = next()) {
        if (step.entries().isEmpty()) {
          store.refresh(names, step.months());
          seen(step.upTo());
        } else {
          store.write(names, step.entries());
          sent(step.entries());
        }
      }
    } catch (IOException
        | RuntimeException
        | Error e) { // whoever filled the memory: it is opened again
      fail(e);
    }
  }

  /** Records to send, or a refresh when there are none. */
  private record Step(List<Entry> entries, Set<String> months, long upTo) {}

  private @Nullable Step next() {
    lock.lock();
    try {
      while (!closed && failure == null) {
        long pause = refreshed + visibleAfter - System.nanoTime();
        boolean unseen = seen < sent;
        boolean asked = seen < awaited && sent >= awaited && pause < visibleAfter * 3 / 4;
        if (unseen && (asked || pause <= 0)) {
          return new Step(List.of(), Set.copyOf(unseenMonths), sent);
        }
        if (!queue.isEmpty()) {
          return new Step(some(), Set.of(), 0);
        }
        if (unseen) {
          boolean soon = seen < awaited;
          await(Math.max(1, soon ? pause - visibleAfter * 3 / 4 + 1 : pause));
        } else {
          changed.awaitUninterruptibly();
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private List<Entry> some() {
    List<Entry> entries = new ArrayList<>();
    long size = 0;
    while (!queue.isEmpty()
        && entries.size() < MOST_RECORDS_IN_A_REQUEST
        && size < MOST_BYTES_IN_A_REQUEST) {
      Entry entry = queue.remove();
      entries.add(entry);
      size += entry.document().length;
    }
    bytes -= size;
    changed.signalAll();
    return entries;
  }

  private void sent(List<Entry> entries) {
    lock.lock();
    try {
      sent += entries.size();
      for (Entry entry : entries) {
        unseenMonths.add(entry.month());
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void seen(long upTo) {
    lock.lock();
    try {
      seen = upTo;
      refreshed = System.nanoTime();
      if (seen == sent) {
        unseenMonths.clear();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What was not sent is dropped. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      queue.clear();
      bytes = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      boolean _ = thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
