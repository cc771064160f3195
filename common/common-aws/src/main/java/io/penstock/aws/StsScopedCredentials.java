package io.penstock.aws;

import io.penstock.model.Secret;
import java.time.Duration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/**
 * Scoped credentials by STS {@code GetFederationToken}, called with an IAM user's key: a role's own
 * session may hand on one hour at most, and clients need twelve. Validity is between 15 minutes and
 * 36 hours.
 */
public final class StsScopedCredentials implements ScopedCredentials {
  private static final String SESSION_NAME = "penstock";
  private static final Duration SHORTEST = Duration.ofMinutes(15);

  private final StsClient sts;
  private final SessionPolicy policies;

  public StsScopedCredentials(StsClient sts, String region) {
    this.sts = sts;
    this.policies = new SessionPolicy(Region.of(region).metadata().partition().id(), region);
  }

  @Override
  public TemporaryCredentials forUpload(
      String bucket,
      String key,
      boolean prefix,
      boolean requireEncryptionHeader,
      Duration validity) {
    return issue(policies.forUpload(bucket, key, prefix, requireEncryptionHeader), validity);
  }

  @Override
  public TemporaryCredentials forDownload(String bucket, String keyPrefix, Duration validity) {
    return issue(policies.forDownload(bucket, keyPrefix), validity);
  }

  private TemporaryCredentials issue(String policy, Duration validity) {
    Duration asked = validity.compareTo(SHORTEST) < 0 ? SHORTEST : validity;
    Credentials issued =
        S3Failures.call(
                SESSION_NAME,
                () ->
                    sts.getFederationToken(
                        b ->
                            b.name(SESSION_NAME)
                                .policy(policy)
                                .durationSeconds(Math.toIntExact(asked.toSeconds()))))
            .credentials();
    return new TemporaryCredentials(
        issued.accessKeyId(),
        Secret.of(issued.secretAccessKey()),
        Secret.of(issued.sessionToken()),
        issued.expiration());
  }
}
