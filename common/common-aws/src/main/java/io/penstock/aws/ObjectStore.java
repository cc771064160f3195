package io.penstock.aws;

import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Objects in customers' buckets. Thread-safe. Every method throws {@link
 * io.penstock.model.PlatformException} with {@code UNAVAILABLE} when the store cannot be reached
 * within its time limits.
 */
public interface ObjectStore {

  /**
   * Makes a private bucket with encryption by default; a bucket that is already ours is left as it
   * is.
   */
  void createBucket(String bucket);

  Optional<StoredObject> head(String bucket, String key);

  /**
   * Opens an object for reading; the stream holds one connection until it is closed.
   *
   * @throws NoSuchObjectException when it is not there
   */
  InputStream open(String bucket, String key);

  /** A small object as a whole, with the mark of this version of it; empty when it is not there. */
  Optional<Version> read(String bucket, String key);

  void put(String bucket, String key, byte[] body, String contentType);

  /**
   * Writes only over this very version ({@code If-Match}); false when another one stands there or
   * none, which stays so.
   */
  boolean replace(String bucket, String key, Version version, byte[] body, String contentType);

  /**
   * Writes only where nothing is ({@code If-None-Match: *}); false when something was there, which
   * stays untouched.
   */
  boolean putIfAbsent(String bucket, String key, byte[] body, String contentType);

  /**
   * Writes only where nothing is, and locks what it wrote: nobody can take it away before the time,
   * not even who wrote it. False when something was there, which stays untouched.
   *
   * <p>On S3 the bucket has to have Object Lock (the mode is compliance): the version stays,
   * whatever is put over it. The embedded store locks by its own rules, which know the keys, for
   * ever, and lets nothing be put over it.
   */
  boolean putLocked(String bucket, String key, byte[] body, String contentType, Instant until);

  /** A stream into a new object: multipart, with one part of memory. */
  ObjectSink create(String bucket, String key, String contentType);

  /** Removes the objects; what is not there counts as removed. */
  void delete(String bucket, Collection<String> keys);

  /**
   * All objects whose key begins with the prefix, in the order of their keys; pages are fetched as
   * needed.
   */
  List<StoredObject> list(String bucket, String prefix);

  /** The first object behind this key, there or not, whose key begins with the prefix. */
  default Optional<StoredObject> firstAfter(String bucket, String prefix, String key) {
    return after(bucket, prefix, key, 1).stream().findFirst();
  }

  /**
   * The first objects behind this key, there or not, whose keys begin with the prefix, in the order
   * of their keys: by one question.
   *
   * @param most 1 to 1,000
   */
  List<StoredObject> after(String bucket, String prefix, String key, int most);

  /** A link that anyone can read the object with, until the time is over. */
  URI presignGet(String bucket, String key, Duration validity);

  /**
   * Sees to it that the object is encrypted under its customer's key, by copying it onto itself
   * where it is not. A store that seals everything under that key has nothing to do.
   */
  void ensureKey(String bucket, String key);

  /**
   * Gives the object these tags in place of all that it had; rules of the bucket's life cycle go by
   * them. Replacing the object takes them away.
   *
   * @throws NoSuchObjectException when it is not there
   */
  void tag(String bucket, String key, Map<String, String> tags);

  /** Ends multipart uploads under the prefix that were begun before the time; returns how many. */
  int abortUploads(String bucket, String prefix, Instant begunBefore);

  /** What a listing or a HEAD tells. */
  record StoredObject(String key, long bytes, @Nullable Instant lastModified) {}

  /**
   * An object as it was read.
   *
   * @param tag another one for each other content
   */
  record Version(byte[] body, String tag) {}
}
