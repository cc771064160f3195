package io.penstock.audit.search;

import io.penstock.audit.keep.Segment;
import io.penstock.audit.keep.Trail;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.KeptRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.PointValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.ControlledRealTimeReopenThread;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.store.NRTCachingDirectory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An index from opening to closing. Thread-safe, but for {@link #close}. */
final class OpenIndex implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenIndex.class);
  private static final double MEMORY_MEGABYTES = 32;

  private final Directory directory;
  private final String origin;
  private final Map<Trail, Long> next;
  private static final double SMALL_MERGE_MEGABYTES = 5;
  private static final double CACHE_MEGABYTES = 32;

  private final IndexWriter writer;
  private final SearcherManager searchers;
  private final ControlledRealTimeReopenThread<IndexSearcher> refresher;
  private volatile long applied;
  private volatile boolean replayed;

  /** Most searches want the newest records: whatever begins with them can leave out the rest. */
  private static final Comparator<LeafReader> NEWEST_FIRST =
      Comparator.comparingLong(OpenIndex::newest).reversed();

  private OpenIndex(
      Directory directory, String origin, Map<Trail, Long> next, Duration visibleAfter)
      throws IOException {
    this.directory = directory;
    this.origin = origin;
    this.next = next;
    IndexWriterConfig config = new IndexWriterConfig(new Words());
    config.setRAMBufferSizeMB(MEMORY_MEGABYTES);
    config.setCommitOnClose(false);
    config.setLeafSorter(NEWEST_FIRST);
    this.writer = new IndexWriter(directory, config);
    this.searchers = searchers(writer);
    double seconds = visibleAfter.toMillis() / 1000.0;
    this.refresher = new ControlledRealTimeReopenThread<>(writer, searchers, seconds, seconds / 10);
    refresher.setName("audit-index-refresh");
    refresher.setDaemon(true);
    refresher.start();
  }

  /**
   * Opens what is there; an index that is broken, of another shape or origin, or that claims trails
   * that are not in the store, is replaced by an empty one.
   */
  static OpenIndex open(Path path, String origin, Set<Trail> existing, Duration visibleAfter)
      throws IOException {
    // Refreshes make many small segments: they are born and merged in memory, and written at the
    // next commit. Files are
    // not mapped: unmapping each of them makes the JVM stop and deoptimise all its threads, the
    // loads' among them.
    Directory directory =
        new NRTCachingDirectory(new NIOFSDirectory(path), SMALL_MERGE_MEGABYTES, CACHE_MEGABYTES);
    try {
      Map<Trail, Long> next = checkpoint(directory, origin);
      if (next == null || !existing.containsAll(next.keySet())) {
        LOG.warn("The search index in {} is made anew from the audit trails", path);
        clear(directory);
        next = new ConcurrentHashMap<>();
      }
      return new OpenIndex(directory, origin, next, visibleAfter);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  static void clear(Path path) throws IOException {
    try (Directory directory = new NIOFSDirectory(path)) {
      clear(directory);
    }
  }

  /**
   * A writer reads even an index that it is to replace, so a broken one has to go before. Takes
   * Lucene's files only.
   */
  private static void clear(Directory directory) throws IOException {
    try (Lock _ = directory.obtainLock(IndexWriter.WRITE_LOCK_NAME)) {
      for (String file : directory.listAll()) {
        if (file.startsWith(IndexFileNames.SEGMENTS)
            || IndexFileNames.CODEC_FILE_PATTERN.matcher(file).matches()) {
          directory.deleteFile(file);
        }
      }
    }
  }

  private static @Nullable Map<Trail, Long> checkpoint(Directory directory, String origin)
      throws IOException {
    try {
      return IndexCheckpoint.read(directory, origin);
    } catch (CorruptIndexException
        | IndexFormatTooOldException
        | IndexFormatTooNewException
        | java.nio.file.NoSuchFileException
        | java.io.EOFException e) {
      LOG.warn("The search index cannot be read: {}", e.getMessage());
      return null;
    }
  }

  private static SearcherManager searchers(IndexWriter writer) throws IOException {
    try {
      return new SearcherManager(writer, null);
    } catch (IOException | RuntimeException e) {
      writer.rollback(); // or its lock would keep every later attempt out
      throw e;
    }
  }

  private static long newest(LeafReader part) {
    try {
      PointValues times = part.getPointValues(RecordDocument.TIME);
      return times == null
          ? Long.MIN_VALUE
          : LongPoint.decodeDimension(times.getMaxPackedValue(), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * From now on what is applied is not there yet. Before, a commit may have held more than it said,
   * and each record had to be looked for.
   */
  void replayed() {
    replayed = true;
  }

  long next(Trail trail) {
    return next.getOrDefault(trail, 0L);
  }

  void apply(Segment segment) throws IOException {
    if (segment.firstIndex() != next(segment.trail())) {
      throw new IllegalArgumentException(
          "Trail %s: segment %d does not follow %d"
              .formatted(segment.trail(), segment.firstIndex(), next(segment.trail())));
    }
    long index = segment.firstIndex();
    for (AuditRecord record : segment.records()) {
      String id = record.id().toString();
      Document document =
          RecordDocument.of(new KeptRecord(index++, record, segment.replacedIn(record)));
      applied =
          replayed
              ? writer.addDocument(document)
              : writer.updateDocument(new Term(RecordDocument.ID, id), document);
    }
    next.put(segment.trail(), segment.next());
  }

  /** The positions are taken before: a commit may hold more than it says, never less. */
  void commit() throws IOException {
    Map<String, String> data = IndexCheckpoint.userData(origin, Map.copyOf(next));
    writer.setLiveCommitData(data.entrySet());
    writer.commit();
  }

  boolean isUsable() {
    return writer.isOpen() && refresher.isAlive();
  }

  /**
   * Waits until searchers see all that was applied before: a confirmed record can be found.
   *
   * @param longest then it is searched with what is seen
   */
  void awaitApplied(Duration longest) {
    try {
      refresher.waitForGeneration(applied, (int) longest.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  SearcherManager searchers() {
    return searchers;
  }

  /** Does not commit. */
  @Override
  public void close() throws IOException {
    refresher.close();
    try (directory) {
      try {
        searchers.close();
      } finally {
        writer.rollback();
      }
    }
  }
}
