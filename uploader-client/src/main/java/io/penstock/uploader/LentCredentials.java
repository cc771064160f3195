package io.penstock.uploader;

import io.penstock.uploader.UploadSlot.StoreAccess;
import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.AbortedException;

/**
 * Credentials for one file's place, fetched anew before they end: an upload may take longer than
 * they are good for. Where the server lends no second ones, the first are used to their end.
 * Thread-safe; kept in memory only.
 */
final class LentCredentials implements AwsCredentialsProvider {
  private static final Duration MARGIN = Duration.ofMinutes(5);

  private final UploadSlots slots;
  private final long fileId;
  private final Timekeeper time;
  private StoreAccess current;
  private Instant renewAt;
  private boolean renewable = true;

  LentCredentials(UploadSlots slots, UploadSlot slot, Timekeeper time) {
    this.slots = slots;
    this.fileId = slot.fileId();
    this.time = time;
    this.current = slot.access();
    this.renewAt = renewAt(current);
  }

  @Override
  public synchronized AwsCredentials resolveCredentials() {
    if (renewable && !time.now().isBefore(renewAt)) {
      try {
        renewable = renew();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw AbortedException.create("interrupted while credentials were renewed");
      }
    }
    return current.credentials();
  }

  /** Fetches others, and answers whether there were any. */
  synchronized boolean renew() throws InterruptedException {
    if (!(slots.reopen(fileId) instanceof UploadSlots.Reopened.Open(UploadSlot slot))) {
      return false;
    }
    current = slot.access();
    renewAt = renewAt(current);
    return true;
  }

  /** Some minutes before the end, or half of the time left where that is less. */
  private Instant renewAt(StoreAccess access) {
    Duration left = Duration.between(time.now(), access.expiration());
    Duration half = left.dividedBy(2);
    return access.expiration().minus(half.compareTo(MARGIN) < 0 ? half : MARGIN);
  }
}
