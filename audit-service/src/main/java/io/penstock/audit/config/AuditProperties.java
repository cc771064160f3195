package io.penstock.audit.config;

import io.penstock.model.QueueNames;
import io.penstock.model.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How audit-service works.
 *
 * @param trailBucket the bucket of all trails; it has to exist
 * @param indexDirectory where the search index lives; may be lost at any time, only costs the time
 *     to build it
 * @param idsDirectory where the ids of the last 30 days live; may be lost at any time, too
 * @param serviceCredential what callers of {@code /internal/…} send, at least 32 characters
 * @param groupWindow how long a record waits for others to share its segment; records × window is
 *     what S3 bills
 * @param commitInterval how often the index is made to survive a restart
 * @param visibleAfter how long a kept record may take until searches find it
 * @param concurrentMessages how many messages are held in memory at once, 256 KiB each at most; of
 *     what they hold unpacked, 8 MB are worked on at once
 * @param logOrigin the beginning of every log's name and the name of its keys, such as {@code
 *     penstock.example.com/audit}; never changed
 * @param signingKeys files with the private Ed25519 keys (PKCS #8, PEM, mode 0600) that sign
 *     checkpoints; two during a change of keys
 * @param signingKmsKeys keys in KMS that do the same
 * @param checkpointInterval how far a log may be behind its trail
 * @param lockFor how long nobody can overwrite or delete what is kept; S3 Object Lock, mode
 *     compliance
 */
@ConfigurationProperties("penstock.audit")
public record AuditProperties(
    String trailBucket,
    Path indexDirectory,
    Path idsDirectory,
    Secret serviceCredential,
    @DefaultValue("40ms") Duration groupWindow,
    @DefaultValue("5s") Duration commitInterval,
    @DefaultValue("1s") Duration visibleAfter,
    @DefaultValue("40") int concurrentMessages,
    @DefaultValue(QueueNames.AUDIT_RECORDS) String recordsQueue,
    @DefaultValue(QueueNames.AUDIT_CONFIRMATIONS) String confirmationsQueue,
    String logOrigin,
    @DefaultValue List<Path> signingKeys,
    @DefaultValue List<String> signingKmsKeys,
    @DefaultValue("5s") Duration checkpointInterval,
    @DefaultValue("3650d") Duration lockFor) {

  private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(10);

  public AuditProperties {
    require(trailBucket, "penstock.audit.trail-bucket");
    require(indexDirectory, "penstock.audit.index-directory");
    require(idsDirectory, "penstock.audit.ids-directory");
    require(serviceCredential, "penstock.audit.service-credential");
    require(logOrigin, "penstock.audit.log-origin");
    signingKeys = List.copyOf(signingKeys);
    signingKmsKeys = List.copyOf(signingKmsKeys);
    if (signingKeys.isEmpty() && signingKmsKeys.isEmpty()) {
      throw new IllegalArgumentException(
          "Set penstock.audit.signing-keys (files) or penstock.audit.signing-kms-keys");
    }
    if (checkpointInterval.compareTo(LONGEST_INTERVAL) > 0 || checkpointInterval.isNegative()) {
      throw new IllegalArgumentException("penstock.audit.checkpoint-interval is at most 10s");
    }
    if (concurrentMessages < 1 || concurrentMessages > 1000) {
      throw new IllegalArgumentException("penstock.audit.concurrent-messages is 1 to 1000");
    }
  }

  /** What has no default is null when it was not set. */
  private static void require(@Nullable Object value, String property) {
    if (value == null) {
      throw new IllegalArgumentException("Set " + property);
    }
  }
}
