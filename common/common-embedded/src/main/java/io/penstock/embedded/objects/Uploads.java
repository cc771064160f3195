package io.penstock.embedded.objects;

import io.penstock.embedded.objects.ObjectIndex.Attributes;
import io.penstock.embedded.objects.ObjectIndex.Extent;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.jspecify.annotations.Nullable;

/**
 * Multipart uploads under way. Parts are sealed straight into the file that becomes the object,
 * each where there is room (a part sent twice leaves a hole), so that completing copies nothing.
 * Thread-safe.
 */
final class Uploads implements Closeable {
  private static final int MOST_UPLOADS = 10_000;

  /** One customer must not keep the others from writing: each upload has its file open. */
  private static final int MOST_OF_BUCKET = MOST_UPLOADS / 2;

  private static final int MOST_OF_KEY = 100;

  private final ObjectFiles files;
  private final ConcurrentMap<String, Upload> open = new ConcurrentHashMap<>();

  Uploads(ObjectFiles files) {
    this.files = files;
  }

  /** An upload, as it is listed. */
  record Begun(String id, String key, Instant at) {}

  /**
   * A part that has arrived.
   *
   * @param etag hex MD5 of its bytes
   */
  record Part(Extent extent, String etag, Instant at) {}

  /**
   * @param end of what is given out in the file
   * @param lock parts hold it shared; whoever ends the upload holds it alone, so that no part is
   *     still being written then
   */
  private record Upload(
      Begun begun,
      String bucket,
      Attributes attributes,
      Path path,
      FileChannel file,
      AtomicLong end,
      NavigableMap<Integer, Part> parts,
      ReadWriteLock lock) {}

  /** Begins an upload and returns its id. */
  String begin(String bucket, String key, Attributes attributes) {
    requireRoom(bucket, key);
    // A key that is too long, or whose sealing key is missing, is refused now and not after
    // gigabytes.
    files.exists(bucket, key);
    files.sealing(bucket, key);
    String id = UUID.randomUUID().toString();
    Path path = files.temporary(bucket);
    try {
      open.put(
          id,
          new Upload(
              new Begun(id, key, files.now()),
              bucket,
              attributes,
              path,
              Disk.create(path),
              new AtomicLong(),
              new ConcurrentSkipListMap<>(),
              new ReentrantReadWriteLock()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return id;
  }

  private void requireRoom(String bucket, String key) {
    long ofBucket = 0;
    long ofKey = 0;
    for (Upload upload : open.values()) {
      if (upload.bucket().equals(bucket)) {
        ofBucket++;
        ofKey += upload.begun().key().equals(key) ? 1 : 0;
      }
    }
    if (ofKey >= MOST_OF_KEY || ofBucket >= MOST_OF_BUCKET || open.size() >= MOST_UPLOADS) {
      throw new S3ProxyException(
          S3ErrorCode.INVALID_REQUEST, "Too many uploads are under way; end or abort some.");
    }
  }

  Attributes attributes(String bucket, String key, String id) {
    return find(bucket, key, id).attributes();
  }

  /** Takes a part; the last of several with the same number counts. */
  Part put(
      String bucket,
      String key,
      String id,
      int number,
      InputStream body,
      long length,
      byte @Nullable [] expectedMd5)
      throws IOException {
    Upload upload = find(bucket, key, id);
    upload.lock().readLock().lock();
    try {
      find(bucket, key, id);
      long offset = upload.end().getAndAdd(Sealing.room(length));
      MessageDigest md5 = ObjectFile.md5();
      Extent extent =
          files.sealing(bucket, key).seal(upload.file(), offset, number, body, length, md5);
      byte[] digest = md5.digest();
      if (expectedMd5 != null && !MessageDigest.isEqual(expectedMd5, digest)) {
        throw new S3ProxyException(S3ErrorCode.BAD_DIGEST);
      }
      var part = new Part(extent, HexFormat.of().formatHex(digest), files.now());
      upload.parts().put(number, part);
      return part;
    } finally {
      upload.lock().readLock().unlock();
    }
  }

  /** Parts that have arrived, by number. */
  List<Part> parts(String bucket, String key, String id) {
    return List.copyOf(find(bucket, key, id).parts().values());
  }

  /** Makes the object of these parts, in the order of their numbers. */
  ObjectIndex complete(
      String bucket, String key, String id, List<Integer> numbers, WriteCondition condition)
      throws IOException {
    Upload upload = find(bucket, key, id);
    upload.lock().writeLock().lock();
    try {
      find(bucket, key, id);
      ObjectIndex index = index(upload, numbers);
      long offset = upload.end().getAndAdd(Sealing.room(0));
      ObjectFile.finish(upload.file(), offset, files.sealing(bucket, key), index);
      files.publish(upload.path(), bucket, key, condition);
      forget(upload);
      return index;
    } finally {
      upload.lock().writeLock().unlock();
    }
  }

  private ObjectIndex index(Upload upload, List<Integer> numbers) {
    var extents = new ArrayList<Extent>(numbers.size());
    MessageDigest md5 = ObjectFile.md5();
    long length = 0;
    for (int number : numbers.stream().sorted().distinct().toList()) {
      Part part = upload.parts().get(number);
      if (part == null) {
        throw new S3ProxyException(S3ErrorCode.INVALID_PART);
      }
      extents.add(part.extent());
      md5.update(HexFormat.of().parseHex(part.etag()));
      length += part.extent().length();
    }
    String etag = HexFormat.of().formatHex(md5.digest()) + "-" + extents.size();
    return new ObjectIndex(
        upload.begun().key(), length, etag, files.now(), upload.attributes(), extents);
  }

  void abort(String bucket, String key, String id) {
    Upload upload = find(bucket, key, id);
    upload.lock().writeLock().lock();
    try {
      forget(upload);
    } finally {
      upload.lock().writeLock().unlock();
    }
  }

  List<Begun> list(String bucket) {
    return open.values().stream()
        .filter(upload -> upload.bucket().equals(bucket))
        .map(Upload::begun)
        .toList();
  }

  /** Ends all uploads. */
  @Override
  public void close() {
    open.values().forEach(this::forget);
  }

  private Upload find(String bucket, String key, String id) {
    Upload upload = open.get(id);
    if (upload == null || !upload.bucket().equals(bucket) || !upload.begun().key().equals(key)) {
      throw new S3ProxyException(S3ErrorCode.NO_SUCH_UPLOAD);
    }
    return upload;
  }

  private void forget(Upload upload) {
    open.remove(upload.begun().id());
    try (FileChannel _ = upload.file()) {
      Files.deleteIfExists(upload.path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
