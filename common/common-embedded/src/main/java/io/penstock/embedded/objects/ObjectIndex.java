package io.penstock.embedded.objects;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is known about an object, kept sealed in its file.
 *
 * @param length of the object itself, in bytes
 * @param etag hex MD5 of the object, or of its parts' MD5s with their number, as S3 makes it;
 *     without quotes
 * @param extents in the order of the object's bytes
 */
record ObjectIndex(
    String key,
    long length,
    String etag,
    Instant modified,
    Attributes attributes,
    List<Extent> extents) {

  ObjectIndex {
    extents = List.copyOf(extents);
  }

  /**
   * A part of the object in its file.
   *
   * @param number of the part; it is bound to the part's bytes
   * @param offset in the file
   * @param sealed bytes in the file
   * @param length bytes of the object
   */
  record Extent(int number, long offset, long sealed, long length) {}

  /** What a client says about an object when it writes it, and gets back when it reads it. */
  record Attributes(
      @Nullable String contentType,
      @Nullable String contentDisposition,
      @Nullable String contentEncoding,
      @Nullable String contentLanguage,
      @Nullable String cacheControl,
      @Nullable String encryption,
      @Nullable String kmsKeyId,
      Map<String, String> metadata) {

    Attributes {
      metadata = Map.copyOf(metadata);
    }

    /** What the object is said to be encrypted with; S3 always names something. */
    String encryptionOrDefault() {
      return encryption == null ? "AES256" : encryption;
    }

    Attributes encryptedAs(@Nullable String asked, @Nullable String askedKmsKeyId) {
      return new Attributes(
          contentType,
          contentDisposition,
          contentEncoding,
          contentLanguage,
          cacheControl,
          asked,
          askedKmsKeyId,
          metadata);
    }
  }
}
