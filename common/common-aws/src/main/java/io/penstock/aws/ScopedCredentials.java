package io.penstock.aws;

import io.penstock.model.Secret;
import java.time.Duration;
import java.time.Instant;

/**
 * Short-lived credentials that open one key or prefix only. On AWS: STS {@code GetFederationToken}
 * with a session policy; without a cloud: keys whose session token holds the sealed grant.
 * Thread-safe; asks the network on AWS, so it is never called inside a database transaction.
 */
public interface ScopedCredentials {

  /**
   * May put an object (and its ACL), and begin, list and abort its multipart uploads.
   *
   * @param prefix true: every key that begins with {@code key}; false: exactly {@code key}
   * @param requireEncryptionHeader true: a put without {@code x-amz-server-side-encryption: AES256}
   *     is refused
   */
  TemporaryCredentials forUpload(
      String bucket,
      String key,
      boolean prefix,
      boolean requireEncryptionHeader,
      Duration validity);

  /** May read objects whose key begins with {@code keyPrefix}, and list that prefix. */
  TemporaryCredentials forDownload(String bucket, String keyPrefix, Duration validity);

  /** As the contract's {@code credentials} object shows them. */
  record TemporaryCredentials(
      String accessKeyId, Secret secretAccessKey, Secret sessionToken, Instant expiration) {}
}
