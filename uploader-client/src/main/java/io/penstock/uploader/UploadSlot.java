package io.penstock.uploader;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import tools.jackson.databind.JsonNode;

/**
 * The place in the object store that {@code files/prepare} made for one file.
 *
 * @param acl canned ACL to send along
 * @param encryption value of {@code x-amz-server-side-encryption}; null when the store is not to be
 *     told
 * @param disposition value of {@code Content-Disposition}
 */
record UploadSlot(
    long fileId,
    String bucket,
    String key,
    String acl,
    @Nullable String encryption,
    String disposition,
    StoreAccess access) {

  /**
   * @throws UploadRefusedException when the answer offers no place on S3
   */
  static UploadSlot from(JsonNode prepared, String fallbackRegion) {
    JsonNode parameters = prepared.path("uploadParams");
    String provider = prepared.path("provider").asString("aws");
    String bucket = parameters.path("bucket").asString("");
    String key = parameters.path("key").asString("");
    if (!provider.equals("aws") || bucket.isEmpty() || key.isEmpty()) {
      throw new UploadRefusedException(
          0, "", "the server offers no place on S3 (provider \"%s\")".formatted(provider), "");
    }
    String encryption = parameters.path("x-amz-server-side-encryption").asString("");
    String name = prepared.path("name").asString("file").replaceAll("[^A-Za-z0-9._-]", "_");
    return new UploadSlot(
        prepared.path("id").asLong(0),
        bucket,
        key,
        parameters.path("acl").asString("private"),
        encryption.isEmpty() ? null : encryption,
        "attachment; filename=" + name + ";",
        StoreAccess.from(parameters.path("credentials"), prepared, fallbackRegion));
  }

  /**
   * Credentials lent for one file, and where they are good.
   *
   * @param region AWS region of the bucket
   * @param expiration when they end; far away when the server did not say
   */
  record StoreAccess(AwsSessionCredentials credentials, String region, Instant expiration) {

    /**
     * @param file the file object, which names the region
     * @throws UploadRefusedException when a part of the credentials is missing
     */
    static StoreAccess from(JsonNode credentials, JsonNode file, String fallbackRegion) {
      String id = credentials.path("AccessKeyId").asString("");
      String secret = credentials.path("SecretAccessKey").asString("");
      String session = credentials.path("SessionToken").asString("");
      if (id.isEmpty() || secret.isEmpty() || session.isEmpty()) {
        throw new UploadRefusedException(
            0, "", "the server lent no credentials for the object store", "");
      }
      String region = file.path("region").asString("");
      return new StoreAccess(
          AwsSessionCredentials.create(id, secret, session),
          region.isEmpty() ? fallbackRegion : region,
          expiration(credentials.path("Expiration").asString("")));
    }

    private static Instant expiration(String text) {
      try {
        return OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeParseException _) {
        return Instant.parse("9999-12-31T00:00:00Z");
      }
    }

    @Override
    public String toString() {
      return "StoreAccess[region=" + region + "]";
    }
  }
}
