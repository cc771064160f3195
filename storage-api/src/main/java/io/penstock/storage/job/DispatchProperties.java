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
 * @param workspaceReads so many jobs that read from workspaces are under way at most, of all
 *     projects; a single project may have one less, but one. Fewer than the workers have places
 *     ({@code penstock.import-worker.concurrency} of each), so that what workspaces' users wrote
 *     leaves some to other jobs
 * @param forgetLeasesOnStart for a queue that forgets its messages when we stop, as the
 *     quickstart's does: whatever was sent is sent again
 */
@ConfigurationProperties("penstock.dispatch")
record DispatchProperties(
    @DefaultValue("60s") Duration lease,
    @DefaultValue("8") int maxAttempts,
    @DefaultValue("1") int workspaceReads,
    @DefaultValue("false") boolean forgetLeasesOnStart) {

  DispatchProperties {
    if (lease.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("penstock.dispatch.lease must be 1s at least");
    }
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("penstock.dispatch.max-attempts must be 1 at least");
    }
    if (workspaceReads < 1) {
      throw new IllegalArgumentException("penstock.dispatch.workspace-reads must be 1 at least");
    }
  }

  int workspaceReadsOfProject() {
    return Math.max(1, workspaceReads - 1);
  }

  double leaseSeconds() {
    return lease.toMillis() / 1000.0;
  }
}
