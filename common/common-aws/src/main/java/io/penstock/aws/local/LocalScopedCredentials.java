package io.penstock.aws.local;

import io.penstock.aws.ScopedCredentials;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Set;

/**
 * Scoped credentials for the embedded store: the token itself says what it opens. Never asks the
 * network.
 */
public final class LocalScopedCredentials implements ScopedCredentials {
  private static final String ID_PREFIX = "ASIA";
  private static final int ID_BYTES = 12;

  private final LocalGrants grants;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  public LocalScopedCredentials(LocalGrants grants, Clock clock) {
    this.grants = grants;
    this.clock = clock;
  }

  @Override
  public TemporaryCredentials forUpload(
      String bucket,
      String key,
      boolean prefix,
      boolean requireEncryptionHeader,
      Duration validity) {
    return issue(
        new LocalGrant(
            newId(),
            bucket,
            required(key),
            prefix,
            Set.of(LocalGrant.Verb.WRITE),
            requireEncryptionHeader,
            expiration(validity)));
  }

  @Override
  public TemporaryCredentials forDownload(String bucket, String keyPrefix, Duration validity) {
    return issue(
        new LocalGrant(
            newId(),
            bucket,
            required(keyPrefix),
            true,
            Set.of(LocalGrant.Verb.READ, LocalGrant.Verb.LIST),
            false,
            expiration(validity)));
  }

  private TemporaryCredentials issue(LocalGrant grant) {
    return new TemporaryCredentials(
        grant.accessKeyId(),
        grants.secretOf(grant.accessKeyId()),
        grants.seal(grant),
        grant.expiration());
  }

  private Instant expiration(Duration validity) {
    return clock.instant().plus(validity).truncatedTo(ChronoUnit.SECONDS);
  }

  private String newId() {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return ID_PREFIX + HexFormat.of().withUpperCase().formatHex(bytes);
  }

  /** An empty key would open the whole bucket. */
  private static String required(String key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException(
          "Credentials are issued for a key or a prefix, never for all");
    }
    return key;
  }
}
