package io.penstock.storage.http;

import io.penstock.aws.NoSuchObjectException;
import io.penstock.aws.ObjectSink;
import io.penstock.aws.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Objects in memory, so that these tests say what lies in the store. */
public final class MemoryObjects implements ObjectStore {
  private final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
  final Map<String, Map<String, String>> tags = new ConcurrentHashMap<>();

  /** Uploads of which bucket and prefix were ended, and of what time they had to be. */
  final Map<String, Instant> ended = new ConcurrentHashMap<>();

  final Set<String> begun = ConcurrentHashMap.newKeySet();
  final Set<String> ensured = ConcurrentHashMap.newKeySet();

  private static String name(String bucket, String key) {
    return bucket + "/" + key;
  }

  @Override
  public void createBucket(String bucket) {}

  @Override
  public Optional<StoredObject> head(String bucket, String key) {
    byte[] body = objects.get(name(bucket, key));
    return body == null
        ? Optional.empty()
        : Optional.of(new StoredObject(key, body.length, Instant.EPOCH));
  }

  @Override
  public InputStream open(String bucket, String key) {
    byte[] body = objects.get(name(bucket, key));
    if (body == null) {
      throw new NoSuchObjectException(key);
    }
    return new ByteArrayInputStream(body);
  }

  @Override
  public void put(String bucket, String key, byte[] body, String contentType) {
    objects.put(name(bucket, key), body.clone());
  }

  @Override
  public Optional<Version> read(String bucket, String key) {
    throw new UnsupportedOperationException("Only trails have versions");
  }

  @Override
  public boolean replace(
      String bucket, String key, Version version, byte[] body, String contentType) {
    throw new UnsupportedOperationException("Only trails have versions");
  }

  @Override
  public List<StoredObject> after(String bucket, String prefix, String key, int most) {
    return list(bucket, prefix).stream()
        .filter(found -> found.key().compareTo(key) > 0)
        .limit(most)
        .toList();
  }

  @Override
  public boolean putIfAbsent(String bucket, String key, byte[] body, String contentType) {
    return objects.putIfAbsent(name(bucket, key), body.clone()) == null;
  }

  @Override
  public boolean putLocked(
      String bucket, String key, byte[] body, String contentType, Instant until) {
    throw new UnsupportedOperationException("Only trails are locked");
  }

  @Override
  public ObjectSink create(String bucket, String key, String contentType) {
    begun.add(key);
    return new MemorySink(name(bucket, key));
  }

  @Override
  public void delete(String bucket, Collection<String> keys) {
    keys.forEach(key -> objects.remove(name(bucket, key)));
  }

  @Override
  public List<StoredObject> list(String bucket, String prefix) {
    return objects.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(name(bucket, prefix)))
        .map(
            entry ->
                new StoredObject(
                    entry.getKey().substring(bucket.length() + 1),
                    entry.getValue().length,
                    Instant.EPOCH))
        .toList();
  }

  @Override
  public URI presignGet(String bucket, String key, Duration validity) {
    return URI.create("https://objects.test/%s/%s?valid=%s".formatted(bucket, key, validity));
  }

  @Override
  public void ensureKey(String bucket, String key) {
    ensured.add(key);
  }

  @Override
  public void tag(String bucket, String key, Map<String, String> tags) {
    if (!objects.containsKey(name(bucket, key))) {
      throw new NoSuchObjectException(key);
    }
    this.tags.put(key, tags);
  }

  @Override
  public int abortUploads(String bucket, String prefix, Instant begunBefore) {
    ended.put(bucket + "/" + prefix, begunBefore);
    return 1;
  }

  private final class MemorySink extends ObjectSink {
    private final String name;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    MemorySink(String name) {
      this.name = name;
    }

    @Override
    public void write(int b) {
      body.write(b);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      body.write(source, offset, length);
    }

    @Override
    public long complete() {
      objects.put(name, body.toByteArray());
      return body.size();
    }

    @Override
    public void close() {}
  }
}
