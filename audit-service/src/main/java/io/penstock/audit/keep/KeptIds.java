package io.penstock.audit.keep;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Which records are kept, and how far each trail was followed: the judge of duplicates, whatever
 * searches. Exact for the ids of the last 30 days, by the time in the id; an older record that is
 * delivered once more would be kept once more.
 *
 * <p>The newest ids are in memory, at most {@value #IN_MEMORY} twice; those before in files, which
 * are asked only for ids of their time: a new record costs no access to the disk. All of it follows
 * from the segments and may be lost at any time. Thread-safe; throws {@link PlatformException}
 * {@code UNAVAILABLE} while it is closed or its disk fails.
 */
public final class KeptIds implements AutoCloseable {
  static final Duration MEMORY = Duration.ofDays(30);

  /** Three quarters of a million slots of 16 bytes, and room for one more segment. */
  static final int IN_MEMORY = 780_000;

  private static final Logger LOG = LoggerFactory.getLogger(KeptIds.class);
  private static final int VERSION = 1;

  private final Path directory;
  private final String origin;
  private final Clock clock;
  private final int inMemory;
  private @Nullable Open open;

  /**
   * @param directory only this process writes there
   * @param origin names the store whose trails are followed
   */
  public KeptIds(Path directory, String origin, Clock clock) {
    this(directory, origin, clock, IN_MEMORY);
  }

  KeptIds(Path directory, String origin, Clock clock, int inMemory) {
    this.directory = directory;
    this.origin = origin;
    this.clock = clock;
    this.inMemory = inMemory;
  }

  /** Since when ids are remembered. */
  Instant since() {
    return clock.instant().minus(MEMORY);
  }

  /** Opens what is there, if it is not open; what follows other trails than these is dropped. */
  synchronized void open(Set<Trail> existing) {
    if (open != null) {
      return;
    }
    try {
      Files.createDirectories(directory);
      FileChannel lock = lock();
      try {
        open = read(lock, existing);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw away(e);
    }
  }

  private FileChannel lock() throws IOException {
    FileChannel file =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (file.tryLock() != null) {
        return file;
      }
    } catch (OverlappingFileLockException _) {
      // this very process
    }
    file.close();
    throw new IOException(directory + " is in use by another audit-service");
  }

  private Open read(FileChannel lock, Set<Trail> existing) throws IOException {
    Path mark = directory.resolve("origin");
    String expected = VERSION + " " + origin;
    try {
      if (Files.exists(mark) && Files.readString(mark).equals(expected)) {
        Open found = new Open(lock);
        if (found.follows(existing)) {
          return found;
        }
        found.release();
      }
    } catch (IOException | JacksonException e) {
      LOG.warn("The kept ids in {} cannot be read: {}", directory, e.getMessage());
    }
    LOG.info("The kept ids in {} are made from the audit trails", directory);
    clear(mark);
    Files.writeString(mark, expected);
    return new Open(lock);
  }

  /** Takes our own files only. */
  private void clear(Path mark) throws IOException {
    Files.deleteIfExists(mark);
    for (Path file : ownFiles("")) {
      Files.delete(file);
    }
  }

  private List<Path> ownFiles(String ending) throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[0-9]{12}\\.(ids|json|journal)"))
          .filter(file -> file.getFileName().toString().endsWith(ending))
          .sorted()
          .toList();
    }
  }

  /** The index that the trail's next segment begins with; empty when it was never followed. */
  synchronized OptionalLong next(Trail trail) {
    Long next = require().next.get(trail.name());
    return next == null ? OptionalLong.empty() : OptionalLong.of(next);
  }

  /** From here on the trail is followed. */
  synchronized void begin(Trail trail, long index) {
    require().next.putIfAbsent(trail.name(), index);
  }

  synchronized boolean contains(UUID id) {
    try {
      return require().contains(id);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Takes the trail's next segment. */
  synchronized void apply(Segment segment) {
    try {
      require().apply(segment);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public synchronized void close() {
    Open closing = open;
    open = null;
    if (closing != null) {
      try {
        closing.close();
      } catch (IOException e) {
        throw away(e);
      }
    }
  }

  private Open require() {
    if (open == null) {
      throw new PlatformException(ErrorCode.UNAVAILABLE, "The kept ids are not open now");
    }
    return open;
  }

  /** Read anew at the next opening: what was half written is cut off then. */
  private PlatformException failed(IOException cause) {
    try {
      close();
    } catch (PlatformException e) {
      cause.addSuppressed(e);
    }
    return away(cause);
  }

  private static PlatformException away(IOException cause) {
    return new PlatformException(
        ErrorCode.UNAVAILABLE, "The kept ids are not available now", cause);
  }

  private static void drop(IdFile file) {
    try {
      file.delete();
    } catch (IOException e) {
      LOG.warn("Ids that are not needed any more could not be deleted: {}", e.getMessage());
    }
  }

  /** From opening to closing. */
  private final class Open {
    final FileChannel lock;
    final Map<String, Long> next = new HashMap<>();
    final List<IdFile> files = new ArrayList<>();
    IdTable current = new IdTable(inMemory);
    @Nullable IdTable before;
    IdJournal journal;
    long number;

    Open(FileChannel lock) throws IOException {
      this.lock = lock;
      try {
        for (Path summary : ownFiles(".json")) {
          number = number(summary);
          IdFile file = IdFile.open(directory, number);
          files.add(file);
          next.putAll(file.summary().next());
          number++;
        }
        for (Path stale : ownFiles(".journal")) {
          if (number(stale) != number) {
            Files.delete(stale);
          }
        }
        journal = openJournal();
      } catch (IOException | RuntimeException e) {
        closeFiles();
        throw e;
      }
    }

    private static long number(Path file) {
      return Long.parseLong(file.getFileName().toString().substring(0, 12));
    }

    private IdJournal openJournal() throws IOException {
      return IdJournal.open(
          directory.resolve("%012d.journal".formatted(number)),
          (trail, index, ids) -> {
            ids.forEach(current::add);
            next.put(trail, index);
          });
    }

    boolean follows(Set<Trail> existing) {
      return next.keySet().stream().allMatch(name -> existing.contains(new Trail(name)));
    }

    boolean contains(UUID id) throws IOException {
      if (current.contains(id) || (before != null && before.contains(id))) {
        return true;
      }
      int onDisk = before == null ? files.size() : files.size() - 1;
      for (int i = onDisk - 1; i >= 0; i--) {
        if (files.get(i).contains(id)) {
          return true;
        }
      }
      return false;
    }

    void apply(Segment segment) throws IOException {
      Long expected = next.get(segment.trail().name());
      if (expected != null && expected != segment.firstIndex()) {
        throw new IllegalArgumentException(
            "Trail %s: segment %d does not follow %d"
                .formatted(segment.trail(), segment.firstIndex(), expected));
      }
      journal.append(segment);
      for (AuditRecord record : segment.records()) {
        current.add(record.id());
      }
      next.put(segment.trail().name(), segment.next());
      if (current.isFull()) {
        roll();
      }
    }

    /** The summary counts: after a crash before it the journal is read, after it the file. */
    private void roll() throws IOException {
      files.add(IdFile.write(directory, number, current, next));
      journal.close();
      Files.deleteIfExists(directory.resolve("%012d.journal".formatted(number)));
      before = current;
      current = new IdTable(inMemory);
      number++;
      journal = openJournal();
      long since = since().toEpochMilli();
      while (files.size() > 1 && files.getFirst().summary().newest() < since) {
        drop(files.removeFirst());
      }
    }

    void close() throws IOException {
      try (lock) {
        release();
      }
    }

    void release() throws IOException {
      try {
        journal.close();
      } finally {
        closeFiles();
      }
    }

    void closeFiles() throws IOException {
      for (IdFile file : files) {
        file.close();
      }
    }
  }
}
