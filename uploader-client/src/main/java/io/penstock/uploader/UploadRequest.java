package io.penstock.uploader;

import java.util.List;

/**
 * What to do with a file once it is in the object store.
 *
 * @param table where its rows go; the table is created when it does not exist
 * @param incremental false: the file replaces all rows; true: its rows are added, and rows with a
 *     known primary key updated
 * @param primaryKey key of a table that is created; of an existing table it is compared and must be
 *     the same. Empty: none, or whatever the table has
 * @param delimiter one character between two fields
 * @param enclosure one character around a quoted field, or none ({@code ""})
 * @param createBucket true: a missing bucket is created, which needs a token that may manage
 *     buckets
 * @param tags tags of the uploaded file
 * @param gzipLevel 1, fast, to 9, small: the file is packed on the way, unless its name ends in
 *     {@code .gz}; 0: sent as it is
 */
public record UploadRequest(
    TableId table,
    boolean incremental,
    List<String> primaryKey,
    String delimiter,
    String enclosure,
    boolean createBucket,
    List<String> tags,
    int gzipLevel) {

  /** The level that gzip itself takes when it is not told another. */
  public static final int USUAL_GZIP_LEVEL = 6;

  /**
   * @throws IllegalArgumentException when a separator is longer than one character or a key column
   *     is blank
   */
  public UploadRequest {
    primaryKey = List.copyOf(primaryKey);
    tags = List.copyOf(tags);
    if (delimiter.length() != 1) {
      throw new IllegalArgumentException(
          "the delimiter has to be one character, not " + delimiter.length());
    }
    if (enclosure.length() > 1) {
      throw new IllegalArgumentException("the enclosure has to be one character or none");
    }
    if (delimiter.equals(enclosure)) {
      throw new IllegalArgumentException(
          "the delimiter and the enclosure cannot be the same character");
    }
    if (gzipLevel < 0 || gzipLevel > 9) {
      throw new IllegalArgumentException("the gzip level is 1 to 9, or 0 for none");
    }
    if (primaryKey.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("a column of the primary key has no name");
    }
  }

  /** A full load of a comma-separated, double-quoted file into {@code table}. */
  public static UploadRequest into(TableId table) {
    return new UploadRequest(
        table, false, List.of(), ",", "\"", false, List.of("penstock-uploader"), 0);
  }

  /**
   * As {@link #into(TableId)}, with the id as text: {@code in.c-main.users}.
   *
   * @throws IllegalArgumentException when the text is not a table's id
   */
  public static UploadRequest into(String table) {
    return into(TableId.parse(table));
  }

  public UploadRequest withIncremental(boolean incremental) {
    return new UploadRequest(
        table, incremental, primaryKey, delimiter, enclosure, createBucket, tags, gzipLevel);
  }

  public UploadRequest withPrimaryKey(List<String> primaryKey) {
    return new UploadRequest(
        table, incremental, primaryKey, delimiter, enclosure, createBucket, tags, gzipLevel);
  }

  public UploadRequest withPrimaryKey(String... primaryKey) {
    return withPrimaryKey(List.of(primaryKey));
  }

  public UploadRequest withDelimiter(String delimiter) {
    return new UploadRequest(
        table, incremental, primaryKey, delimiter, enclosure, createBucket, tags, gzipLevel);
  }

  public UploadRequest withEnclosure(String enclosure) {
    return new UploadRequest(
        table, incremental, primaryKey, delimiter, enclosure, createBucket, tags, gzipLevel);
  }

  public UploadRequest withCreateBucket(boolean createBucket) {
    return new UploadRequest(
        table, incremental, primaryKey, delimiter, enclosure, createBucket, tags, gzipLevel);
  }

  public UploadRequest withTags(List<String> tags) {
    return new UploadRequest(
        table, incremental, primaryKey, delimiter, enclosure, createBucket, tags, gzipLevel);
  }

  public UploadRequest withGzip(int level) {
    return new UploadRequest(
        table, incremental, primaryKey, delimiter, enclosure, createBucket, tags, level);
  }
}
