package io.penstock.importer.intake;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports again and again that a job is under way, so that storage-api's lease does not run out
 * while its worker lives: a job of hours is neither sent a second time nor given up. A process that
 * is paused or dead is silent. Thread-safe.
 */
final class SignsOfLife implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SignsOfLife.class);

  private final Duration every;
  private final ScheduledExecutorService clockwork =
      Executors.newSingleThreadScheduledExecutor(
          work -> Thread.ofPlatform().name("signs-of-life").daemon().unstarted(work));

  SignsOfLife(Duration every) {
    this.every = every;
  }

  /** A job's signs; closing ends them. */
  interface Signs extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Calls {@code report} again and again until closed; a report that fails is the next one's to
   * make good.
   */
  Signs of(long jobId, Runnable report) {
    Future<?> repeated =
        clockwork.scheduleAtFixedRate(
            () -> {
              try {
                report.run();
              } catch (RuntimeException e) {
                LOG.warn("Job {} could not report that it is under way: {}", jobId, e.toString());
              }
            },
            every.toMillis(),
            every.toMillis(),
            TimeUnit.MILLISECONDS);
    return () -> repeated.cancel(false);
  }

  @Override
  public void close() {
    clockwork.shutdownNow();
  }
}
