package io.penstock.storage.job;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How jobs are sent to workers.
 *
 * @param lease how long a sent job is believed to be under way; a worker's sign of life begins it
 *     anew. A job that no worker has begun is sent again after one, two, four … sixteen of these,
 *     so that a long queue does not fill with copies. At least one second; workers give a sign
 *     twice in this time
 * @param maxAttempts after so many messages the worker is told to give the job up
 * @param forgetLeasesOnStart for a queue that forgets its messages when we stop, as the
 *     quickstart's does: whatever was sent is sent again
 */
@ConfigurationProperties("penstock.dispatch")
record DispatchProperties(
    @DefaultValue("60s") Duration lease,
    @DefaultValue("8") int maxAttempts,
    @DefaultValue("false") boolean forgetLeasesOnStart) {

  DispatchProperties {
    if (lease.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("penstock.dispatch.lease must be 1s at least");
    }
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("penstock.dispatch.max-attempts must be 1 at least");
    }
  }

  double leaseSeconds() {
    return lease.toMillis() / 1000.0;
  }
}
