package io.penstock.storage.file;

import io.penstock.model.job.JobTask.FileSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A file's record. Its object lies at {@code key}; a sliced file has none there, but slices whose
 * keys begin with it, and a manifest at {@code key} + {@code manifest}.
 *
 * @param sizeBytes as the caller said, or as it was seen; null: neither yet
 * @param sizeSeen the size is that of what lies in the store
 * @param maxAgeDays null: kept for good
 * @param readers tokens beside the creator that obtained this file from an export
 */
public record StoredFile(
    long id,
    long projectId,
    long tokenId,
    String creatorDescription,
    String name,
    String bucket,
    String key,
    @Nullable Long sizeBytes,
    boolean sizeSeen,
    String contentType,
    boolean sliced,
    boolean encrypted,
    List<String> tags,
    @Nullable Integer maxAgeDays,
    @Nullable String runId,
    List<String> runIds,
    List<Long> readers,
    Instant createdAt) {

  /** A file of which nothing has been seen in the store. */
  StoredFile(
      long id,
      long projectId,
      long tokenId,
      String creatorDescription,
      String name,
      String bucket,
      String key,
      @Nullable Long sizeBytes,
      String contentType,
      boolean sliced,
      boolean encrypted,
      List<String> tags,
      @Nullable Integer maxAgeDays,
      @Nullable String runId,
      List<String> runIds,
      List<Long> readers,
      Instant createdAt) {
    this(
        id,
        projectId,
        tokenId,
        creatorDescription,
        name,
        bucket,
        key,
        sizeBytes,
        false,
        contentType,
        sliced,
        encrypted,
        tags,
        maxAgeDays,
        runId,
        runIds,
        readers,
        createdAt);
  }

  /** The extension that clients choose their way by; a packed file is called by what is in it. */
  public String fileType() {
    String plain = gzip() ? name.substring(0, name.length() - 3) : name;
    int dot = plain.lastIndexOf('.');
    return dot < 0 ? "" : plain.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /** Whether the name says that it is packed. */
  public boolean gzip() {
    return name.toLowerCase(Locale.ROOT).endsWith(".gz");
  }

  /** What a link or a HEAD goes to: the object, or the manifest. */
  public String head() {
    return sliced ? key + "manifest" : key;
  }

  public boolean isExpired(Instant now) {
    return maxAgeDays != null && createdAt.plus(Duration.ofDays(maxAgeDays)).isBefore(now);
  }

  /** The same file, which lies at this key now. */
  StoredFile stored(String where, long bytes) {
    return new StoredFile(
        id,
        projectId,
        tokenId,
        creatorDescription,
        name,
        bucket,
        where,
        bytes,
        true,
        contentType,
        sliced,
        encrypted,
        tags,
        maxAgeDays,
        runId,
        runIds,
        readers,
        createdAt);
  }

  /** What a worker is told of it. */
  public FileSource source() {
    return new FileSource(id, name, bucket, key, sliced, gzip());
  }
}
