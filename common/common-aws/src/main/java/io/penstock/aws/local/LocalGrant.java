package io.penstock.aws.local;

import java.time.Instant;
import java.util.Set;

/**
 * What a session token allows.
 *
 * @param accessKeyId the one key pair that the token belongs to
 * @param prefix true: every key that begins with {@code key}; false: exactly {@code key}
 * @param requireEncryptionHeader true: a put must name {@code x-amz-server-side-encryption: AES256}
 * @param expiration from this moment on it allows nothing
 */
public record LocalGrant(
    String accessKeyId,
    String bucket,
    String key,
    boolean prefix,
    Set<Verb> verbs,
    boolean requireEncryptionHeader,
    Instant expiration) {

  public LocalGrant {
    verbs = Set.copyOf(verbs);
  }

  /** What can be allowed. */
  public enum Verb {
    /** Put an object and its ACL; begin, list and abort its multipart uploads. */
    WRITE,
    /** Get and head an object. */
    READ,
    /** List keys, with a prefix that begins with the grant's own. */
    LIST
  }

  /** Whether the grant covers this object or, for {@link Verb#LIST}, this prefix. */
  public boolean allows(Verb verb, String bucket, String key) {
    return verbs.contains(verb)
        && this.bucket.equals(bucket)
        && (prefix ? key.startsWith(this.key) : key.equals(this.key));
  }
}
