package io.penstock.audit.keep;

import io.penstock.aws.NoSuchObjectException;
import io.penstock.aws.ObjectStore;
import io.penstock.aws.ObjectStore.StoredObject;
import io.penstock.aws.ObjectStore.Version;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The bucket of the trails. What is kept there is locked; what is not can be made anew from it.
 * Thread-safe; throws {@link PlatformException} {@code UNAVAILABLE} while the store is away.
 */
public final class TrailObjects {
  /** A segment holds 500 records and one batch at most, a record 32 KiB. */
  private static final int LARGEST = 256 << 20;

  private final ObjectStore objects;
  private final String bucket;
  private final Duration lockFor;
  private final Clock clock;

  /**
   * @param lockFor how long nobody can remove what is kept
   */
  public TrailObjects(ObjectStore objects, String bucket, Duration lockFor, Clock clock) {
    this.objects = objects;
    this.bucket = bucket;
    this.lockFor = lockFor;
    this.clock = clock;
  }

  /** Writes once and locks; false when something stands there, which stays. */
  public boolean keep(String key, byte[] body, String contentType) {
    return objects.putLocked(bucket, key, body, contentType, clock.instant().plus(lockFor));
  }

  /** Writes once without a lock; false when something stands there, which stays. */
  public boolean putIfAbsent(String key, byte[] body, String contentType) {
    return objects.putIfAbsent(bucket, key, body, contentType);
  }

  /** As it stands there, for {@link #replace}. */
  public Optional<Version> version(String key) {
    return objects.read(bucket, key);
  }

  /** Writes over what was read; false when another writer was faster, whose object stays. */
  public boolean replace(String key, Version version, byte[] body, String contentType) {
    return objects.replace(bucket, key, version, body, contentType);
  }

  public Optional<byte[]> read(String key) {
    try (InputStream in = objects.open(bucket, key)) {
      return Optional.of(in.readNBytes(LARGEST));
    } catch (NoSuchObjectException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new PlatformException(ErrorCode.UNAVAILABLE, "The audit trail cannot be read now", e);
    }
  }

  public List<StoredObject> list(String prefix) {
    return objects.list(bucket, prefix);
  }

  /** The first object behind this key, there or not, whose key begins with the prefix. */
  Optional<StoredObject> firstAfter(String prefix, String key) {
    return objects.firstAfter(bucket, prefix, key);
  }

  /** The first objects behind this key, at most so many; see {@link ObjectStore#after}. */
  List<StoredObject> after(String prefix, String key, int most) {
    return objects.after(bucket, prefix, key, most);
  }

  /** What is locked cannot be among them. */
  public void delete(Collection<String> keys) {
    objects.delete(bucket, keys);
  }
}
