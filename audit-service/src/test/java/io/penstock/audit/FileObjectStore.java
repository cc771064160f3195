package io.penstock.audit;

import io.penstock.aws.NoSuchObjectException;
import io.penstock.aws.ObjectSink;
import io.penstock.aws.ObjectStore;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Objects as files; a write that only happens where nothing is is a hard link, which is as atomic
 * as S3's.
 */
public final class FileObjectStore implements ObjectStore {
  public final AtomicInteger opened = new AtomicInteger();
  public final AtomicInteger lostAnswers = new AtomicInteger();

  /** How often single objects were looked for. */
  public final AtomicInteger asked = new AtomicInteger();

  /** What another writer does meanwhile, once. */
  public final AtomicReference<Runnable> beforeReplacing = new AtomicReference<>(() -> {});

  /** What opening an object takes. */
  public volatile Duration slowness = Duration.ZERO;

  /** How many were opened at the same time. */
  public final AtomicInteger mostReading = new AtomicInteger();

  private final AtomicInteger reading = new AtomicInteger();

  /** How many objects beside segments are written until the writer dies. */
  public final AtomicLong stepsLeft = new AtomicLong(Long.MAX_VALUE);

  /** The keys that were locked. */
  public final Set<String> locked = ConcurrentHashMap.newKeySet();

  /** The keys of all writes, in their order. */
  public final Queue<String> written = new ConcurrentLinkedQueue<>();

  public volatile boolean away;

  private final Path root;

  public FileObjectStore(Path root) {
    this.root = root;
  }

  @Override
  public void createBucket(String bucket) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<StoredObject> head(String bucket, String key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public InputStream open(String bucket, String key) {
    check();
    opened.incrementAndGet();
    mostReading.accumulateAndGet(reading.incrementAndGet(), Math::max);
    LockSupport.parkNanos(slowness.toNanos());
    reading.decrementAndGet();
    try {
      return new ByteArrayInputStream(Files.readAllBytes(path(bucket, key)));
    } catch (NoSuchFileException _) {
      throw new NoSuchObjectException(key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<Version> read(String bucket, String key) {
    try (InputStream in = open(bucket, key)) {
      byte[] body = in.readAllBytes();
      return Optional.of(new Version(body, tag(body)));
    } catch (NoSuchObjectException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tag(byte[] body) {
    return new String(body, StandardCharsets.ISO_8859_1);
  }

  @Override
  public boolean replace(
      String bucket, String key, Version version, byte[] body, String contentType) {
    beforeReplacing.getAndSet(() -> {}).run();
    synchronized (this) {
      try {
        if (!tag(Files.readAllBytes(path(bucket, key))).equals(version.tag())) {
          return false;
        }
      } catch (NoSuchFileException _) {
        return false;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      put(bucket, key, body, contentType);
      return true;
    }
  }

  @Override
  public List<StoredObject> after(String bucket, String prefix, String key, int most) {
    asked.incrementAndGet();
    return list(bucket, prefix).stream()
        .filter(found -> found.key().compareTo(key) > 0)
        .limit(most)
        .toList();
  }

  @Override
  public void put(String bucket, String key, byte[] body, String contentType) {
    check();
    step(key);
    try {
      Path target = path(bucket, key);
      Files.createDirectories(target.getParent());
      Path whole = Files.write(Files.createTempFile(root, "put", null), body);
      Files.move(
          whole, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean putIfAbsent(String bucket, String key, byte[] body, String contentType) {
    check();
    step(key);
    try {
      Path target = path(bucket, key);
      Files.createDirectories(target.getParent());
      Path whole = Files.write(Files.createTempFile(root, "put", null), body);
      try {
        Files.createLink(target, whole);
      } catch (FileAlreadyExistsException _) {
        return false;
      } finally {
        Files.delete(whole);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (key.contains("/segments/") && lostAnswers.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      throw new PlatformException(ErrorCode.UNAVAILABLE, "The answer was lost");
    }
    return true;
  }

  @Override
  public boolean putLocked(
      String bucket, String key, byte[] body, String contentType, Instant until) {
    boolean written = putIfAbsent(bucket, key, body, contentType);
    locked.add(key);
    return written;
  }

  /** A writer that dies before one of its writes. */
  private void step(String key) {
    if (!key.contains("/segments/") && stepsLeft.getAndDecrement() <= 0) {
      stepsLeft.set(0);
      throw new PlatformException(ErrorCode.UNAVAILABLE, "Died before " + key);
    }
    written.add(key);
  }

  @Override
  public ObjectSink create(String bucket, String key, String contentType) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void delete(String bucket, Collection<String> keys) {
    check();
    for (String key : keys) {
      if (locked.contains(key)) {
        throw new IllegalStateException(key + " is locked");
      }
      try {
        Files.deleteIfExists(path(bucket, key));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public List<StoredObject> list(String bucket, String prefix) {
    check();
    Path base = root.resolve(bucket);
    if (!Files.isDirectory(base)) {
      return List.of();
    }
    try (var files = Files.walk(base)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> base.relativize(file).toString())
          .filter(key -> key.startsWith(prefix))
          .sorted()
          .map(key -> new StoredObject(key, 0, written(path(bucket, key))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Instant written(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (NoSuchFileException _) {
      return Instant.EPOCH; // removed meanwhile
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public URI presignGet(String bucket, String key, Duration validity) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void ensureKey(String bucket, String key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void tag(String bucket, String key, Map<String, String> tags) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int abortUploads(String bucket, String prefix, Instant begunBefore) {
    throw new UnsupportedOperationException();
  }

  private Path path(String bucket, String key) {
    return root.resolve(bucket).resolve(key);
  }

  private void check() {
    if (away) {
      throw new PlatformException(ErrorCode.UNAVAILABLE, "The store is away");
    }
  }
}
