package io.penstock.embedded.objects;

import com.google.common.util.concurrent.Striped;
import io.penstock.embedded.objects.KeyPath.Child;
import io.penstock.embedded.objects.ObjectIndex.Attributes;
import io.penstock.embedded.objects.ObjectIndex.Extent;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.regex.Pattern;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.jspecify.annotations.Nullable;

/**
 * Buckets and their objects on disk: {@code {bucket}/objects/…}, {@code {bucket}/tags/…} and {@code
 * {bucket}/tmp/}. One process at a time owns the directory. Thread-safe.
 */
final class ObjectFiles implements Closeable {
  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
  private static final Pattern BUCKET =
      Pattern.compile("[a-z0-9](?:[a-z0-9-]|\\.(?!\\.)){1,61}[a-z0-9]");

  private static final String OBJECTS = "objects";
  private static final String TAGS = "tags";
  private static final String TEMPORARY = "tmp";
  private static final int PUBLISH_ATTEMPTS = 20;

  private final Path root;
  private final ObjectKeys keys;
  private final Clock clock;
  private final FileChannel lock;
  private final Striped<Lock> replacing = Striped.lock(64);

  private ObjectFiles(Path root, ObjectKeys keys, Clock clock, FileChannel lock) {
    this.root = root;
    this.keys = keys;
    this.clock = clock;
    this.lock = lock;
  }

  /** Takes the directory over and removes what unfinished writes have left. */
  static ObjectFiles open(Path root, ObjectKeys keys, Clock clock) throws IOException {
    Files.createDirectories(root);
    FileChannel lock =
        FileChannel.open(
            root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock.tryLock() == null) {
        throw new IOException("Another process serves the objects in " + root);
      }
      var files = new ObjectFiles(root, keys, clock, lock);
      for (String bucket : files.buckets()) {
        try (var left = Files.newDirectoryStream(files.directory(bucket, TEMPORARY))) {
          for (Path file : left) {
            Files.delete(file);
          }
        }
      }
      return files;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  List<String> buckets() {
    try (var entries = Files.list(root)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(this::bucketExists)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean bucketExists(String bucket) {
    return BUCKET.matcher(bucket).matches() && Files.isDirectory(root.resolve(bucket, OBJECTS));
  }

  /** False when it was there before. */
  boolean createBucket(String bucket) {
    if (!BUCKET.matcher(bucket).matches()) {
      throw new S3ProxyException(S3ErrorCode.INVALID_BUCKET_NAME);
    }
    try {
      Files.createDirectories(root.resolve(bucket, TEMPORARY));
      Files.createDirectory(root.resolve(bucket, OBJECTS));
      Disk.sync(root.resolve(bucket));
      Disk.sync(root);
      return true;
    } catch (FileAlreadyExistsException _) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes an empty bucket. */
  void removeBucket(String bucket) {
    try {
      Files.delete(directory(bucket, OBJECTS));
      Files.deleteIfExists(root.resolve(bucket, TAGS));
      Files.deleteIfExists(root.resolve(bucket, TEMPORARY));
      Files.deleteIfExists(root.resolve(bucket));
    } catch (DirectoryNotEmptyException _) {
      throw S3Exceptions.bucketNotEmpty(bucket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws software.amazon.awssdk.services.s3.model.NoSuchKeyException when it is not there
   */
  ObjectFile open(String bucket, String key) {
    try {
      return ObjectFile.open(KeyPath.of(directory(bucket, OBJECTS), key), keys, bucket, key);
    } catch (NoSuchFileException e) {
      throw S3Exceptions.noSuchKey(bucket, key, "no file", e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read an object of " + bucket, e);
    }
  }

  ObjectIndex index(String bucket, String key) {
    try (ObjectFile file = open(bucket, key)) {
      return file.index();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean exists(String bucket, String key) {
    return Files.exists(KeyPath.of(directory(bucket, OBJECTS), key));
  }

  /**
   * Writes an object.
   *
   * @param length -1: not known before the body's end
   * @param expectedMd5 null: not checked
   * @param condition looked at in the moment of publishing
   */
  ObjectIndex put(
      String bucket,
      String key,
      Attributes attributes,
      InputStream body,
      long length,
      byte @Nullable [] expectedMd5,
      WriteCondition condition)
      throws IOException {
    Path aside = temporary(bucket);
    Sealing sealing = sealing(bucket, key);
    try (FileChannel file = Disk.create(aside)) {
      MessageDigest md5 = ObjectFile.md5();
      Extent extent = sealing.seal(file, 0, 1, body, length, md5);
      byte[] digest = md5.digest();
      if (expectedMd5 != null && !MessageDigest.isEqual(expectedMd5, digest)) {
        throw new S3ProxyException(S3ErrorCode.BAD_DIGEST);
      }
      String etag = HexFormat.of().formatHex(digest);
      var index = new ObjectIndex(key, extent.length(), etag, now(), attributes, List.of(extent));
      ObjectFile.finish(file, file.size(), sealing, index);
      publish(aside, bucket, key, condition);
      return index;
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  Sealing sealing(String bucket, String key) {
    return Sealing.of(keys, bucket, key);
  }

  Sealing sealingOfTags(String bucket, String key) {
    return Sealing.ofTags(keys, bucket, key);
  }

  /** Where an object's tags are, if it has any. */
  Path tagsPath(String bucket, String key) {
    return KeyPath.of(directory(bucket, TAGS), key);
  }

  /**
   * A name for a file that is not an object yet; what is left of it is removed at the next start.
   */
  Path temporary(String bucket) {
    return directory(bucket, TEMPORARY).resolve(UUID.randomUUID().toString());
  }

  /**
   * Gives a finished file its object's name: by a rename, which replaces, or by a link, which does
   * not. One at a time replaces an object, so that what a condition has seen is what is replaced.
   */
  void publish(Path aside, String bucket, String key, WriteCondition condition) throws IOException {
    Path target = KeyPath.of(directory(bucket, OBJECTS), key);
    Path parent = target.resolveSibling("");
    for (int attempt = 1; ; attempt++) {
      try {
        Files.createDirectories(parent);
        if (condition instanceof WriteCondition.Absent) {
          Files.createLink(target, aside);
        } else {
          replace(aside, target, bucket, key, condition);
        }
        Disk.sync(parent);
        remove(directory(bucket, TAGS), key);
        return;
      } catch (FileAlreadyExistsException e) {
        if (Files.isRegularFile(target)) {
          throw S3Exceptions.preconditionFailed(e);
        }
        throw e;
      } catch (NoSuchFileException e) {
        // A removal took the empty directory away in between.
        if (attempt == PUBLISH_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private void replace(Path aside, Path target, String bucket, String key, WriteCondition condition)
      throws IOException {
    Lock turn = replacing.get(target);
    turn.lock();
    try {
      if (condition instanceof WriteCondition.Matching(String etag)) {
        S3Attributes.requireMatch(etag, index(bucket, key));
      }
      Files.move(
          aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      turn.unlock();
    }
  }

  /** Removes an object; one that is not there counts as removed. Empty directories go too. */
  void remove(String bucket, String key) {
    remove(directory(bucket, OBJECTS), key);
    remove(directory(bucket, TAGS), key);
  }

  private static void remove(Path root, String key) {
    Path path = KeyPath.of(root, key);
    try {
      if (!Files.deleteIfExists(path)) {
        return;
      }
      Path directory = path.resolveSibling("");
      Disk.sync(directory);
      while (!directory.equals(root)) {
        Files.delete(directory);
        directory = directory.resolveSibling("");
      }
    } catch (DirectoryNotEmptyException | NoSuchFileException _) {
      // Others live there, or another removal was faster.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@link #list} has found. */
  interface Visitor {
    /** False ends the listing. */
    boolean visit(String key, Path file) throws IOException;
  }

  /**
   * Visits the objects of a bucket in the order of their keys.
   *
   * @param after only keys behind this one; empty: all
   */
  void list(String bucket, String prefix, String after, Visitor visitor) {
    try {
      walk(directory(bucket, OBJECTS), "", prefix, after, visitor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean walk(
      Path directory, String path, String prefix, String after, Visitor visitor)
      throws IOException {
    for (Child child : KeyPath.children(directory)) {
      String key = path + child.name();
      boolean goOn = true;
      if (child.isObject()) {
        if (key.startsWith(prefix) && KeyPath.compare(key, after) > 0) {
          goOn = visitor.visit(key, child.path());
        }
      } else if ((key.startsWith(prefix) || prefix.startsWith(key))
          && (KeyPath.compare(key, after) > 0 || after.startsWith(key))) {
        goOn = walk(child.path(), key, prefix, after, visitor);
      }
      if (!goOn) {
        return false;
      }
    }
    return true;
  }

  /** The time of a write; S3's times have no fractions. */
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private Path directory(String bucket, String name) {
    if (!bucketExists(bucket)) {
      throw S3Exceptions.noSuchBucket(bucket, "no directory");
    }
    return root.resolve(bucket, name);
  }
}
