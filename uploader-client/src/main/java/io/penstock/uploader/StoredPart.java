package io.penstock.uploader;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.Part;

/**
 * A part that the object store has, as {@code ListParts} tells it.
 *
 * @param crc32 null where the store keeps none
 */
record StoredPart(long bytes, String etag, @Nullable String crc32) {

  static StoredPart of(Part listed) {
    String crc32 = listed.checksumCRC32();
    return new StoredPart(
        listed.size(), listed.eTag(), crc32 == null || crc32.isEmpty() ? null : crc32);
  }

  /**
   * Whether it holds these very bytes: by the checksum where there is one, else by the entity tag,
   * which is the MD5 unless the store encrypts with KMS (<a
   * href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html">ETag</a>). A part that
   * cannot be compared is sent again.
   */
  boolean holds(OutgoingPart part) {
    if (bytes != part.bytes()) {
      return false;
    }
    return crc32 == null
        ? etag.replace("\"", "").equalsIgnoreCase(part.sums().md5())
        : crc32.equals(part.sums().crc32());
  }
}
