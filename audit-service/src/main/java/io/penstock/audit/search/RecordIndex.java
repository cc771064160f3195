package io.penstock.audit.search;

import io.penstock.audit.keep.Projection;
import io.penstock.audit.keep.Segment;
import io.penstock.audit.keep.Trail;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.jspecify.annotations.Nullable;

/**
 * The search index on a local disk. Thread-safe. While it is closed, or after its disk failed,
 * everything but opening throws {@link PlatformException} {@code UNAVAILABLE}.
 */
public final class RecordIndex implements Projection, AutoCloseable {
  /** Searchers are opened anew within a fraction of {@code visibleAfter} when somebody waits. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  private final Path directory;
  private final String origin;

  private final Duration visibleAfter;
  private volatile @Nullable OpenIndex open;
  private volatile boolean complete;

  /**
   * @param directory only this process writes there (Lucene's lock file sees to it)
   * @param origin names the store whose trails the index follows
   * @param visibleAfter how long a record may take until searches find it
   */
  public RecordIndex(Path directory, String origin, Duration visibleAfter) {
    this.directory = directory;
    this.origin = origin;
    this.visibleAfter = visibleAfter;
  }

  /** Opens the last commit; the trails have to be followed from there. */
  public synchronized void open(Set<Trail> existing) {
    close();
    complete = false;
    try {
      open = OpenIndex.open(directory, origin, existing, visibleAfter);
    } catch (IOException e) {
      throw away(e);
    }
  }

  /**
   * Drops what stands on the disk, so that the next opening begins with nothing. Fails while
   * another process has it open.
   */
  public synchronized void clear() {
    close();
    try {
      OpenIndex.clear(directory);
    } catch (IOException e) {
      throw away(e);
    }
  }

  /** Whether it is open and its disk has not failed. */
  public boolean isUsable() {
    OpenIndex index = open;
    return index != null && index.isUsable();
  }

  /** From now on searches are answered: what was durable at the opening is applied. */
  public void completed() {
    complete = true;
  }

  @Override
  public long next(Trail trail) {
    return require().next(trail);
  }

  @Override
  public boolean contains(UUID id) {
    OpenIndex index = require();
    try {
      return index.contains(id);
    } catch (IOException | AlreadyClosedException e) {
      throw away(e);
    }
  }

  @Override
  public void apply(Segment segment) {
    OpenIndex index = require();
    try {
      index.apply(segment);
    } catch (IOException | AlreadyClosedException e) {
      throw away(e);
    }
  }

  /** Makes what is applied survive a restart; without it only time is lost. */
  public synchronized void commit() {
    OpenIndex index = require();
    try {
      index.commit();
    } catch (IOException | AlreadyClosedException e) {
      throw away(e);
    }
  }

  /** What somebody does with a searcher. */
  @FunctionalInterface
  interface Reading<T> {
    T read(IndexSearcher searcher) throws IOException;
  }

  <T> T read(Reading<T> reading) {
    OpenIndex open = require();
    if (!complete) {
      throw building();
    }
    open.awaitApplied(LONGEST_WAIT);
    SearcherManager searchers = open.searchers();
    try {
      IndexSearcher searcher = searchers.acquire();
      try {
        return reading.read(searcher);
      } finally {
        searchers.release(searcher);
      }
    } catch (IOException | AlreadyClosedException e) {
      throw away(e);
    }
  }

  /** Closes without a commit. */
  @Override
  public synchronized void close() {
    OpenIndex index = open;
    open = null;
    if (index != null) {
      try {
        index.close();
      } catch (IOException e) {
        throw away(e);
      }
    }
  }

  private OpenIndex require() {
    OpenIndex index = open;
    if (index == null) {
      throw building();
    }
    return index;
  }

  private static PlatformException building() {
    return new PlatformException(
        ErrorCode.UNAVAILABLE, "The audit index is being built, try again later");
  }

  private static PlatformException away(Exception cause) {
    return new PlatformException(
        ErrorCode.UNAVAILABLE, "The audit index is not available now", cause);
  }
}
