package io.penstock.storage.job;

import com.github.benmanes.caffeine.cache.Ticker;
import io.penstock.model.QueueNames;
import io.penstock.model.QueueText;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;

/**
 * Sends jobs to the workers. One thread claims what may go, woken by {@link Bell} and every second;
 * what it claimed is sealed and sent side by side, in no transaction. A job is forgotten by nobody:
 * one that does not end is claimed again when its lease is over.
 */
@Component
class Dispatcher implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
  private static final int BATCH = 50;
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration PROBE = Duration.ofSeconds(10);

  /** Between attempts at a message that the queue refuses: others may have to wait for the job. */
  private static final Duration REFUSED_PAUSE = Duration.ofSeconds(2);

  private static final long STOP_MILLIS = 15_000;

  private final Claims claims;
  private final JobMessages messages;
  private final Queues queues;
  private final UnsendableJobs ends;
  private final Bell bell;
  private final DispatchProperties properties;
  private final Outage queueOutage;
  private final Outage databaseOutage;
  private volatile boolean running;
  private @Nullable Thread thread;

  Dispatcher(
      Claims claims,
      JobMessages messages,
      Queues queues,
      UnsendableJobs ends,
      Bell bell,
      DispatchProperties properties,
      Ticker ticker) {
    this.claims = claims;
    this.messages = messages;
    this.queues = queues;
    this.ends = ends;
    this.bell = bell;
    this.properties = properties;
    this.queueOutage = new Outage("SQS", ticker);
    this.databaseOutage = new Outage("The database of jobs", ticker);
  }

  /** How long the queue has not been reached; zero when all is well. */
  Duration unreachable() {
    return queueOutage.lasting();
  }

  /** Sends what may go now; returns how many were claimed. */
  int round() throws InterruptedException {
    List<Claim> claimed = claims.claim(queueOutage.isOn() ? 1 : BATCH);
    if (claimed.isEmpty() && queueOutage.sinceGood().compareTo(PROBE) > 0) {
      probe();
    }
    if (!claimed.isEmpty()) {
      try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
        claimed.forEach(claim -> senders.execute(() -> sendOrHandBack(claim)));
      }
    }
    return claimed.size();
  }

  private void sendOrHandBack(Claim claim) {
    try {
      send(claim);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("Job {} stays leased and is sent again when that is over", claim.id(), e);
    }
  }

  private void send(Claim claim) throws InterruptedException {
    JobMessages.Addressed addressed;
    try {
      addressed = messages.of(claim);
    } catch (GeneralSecurityException | IllegalStateException | JacksonException e) {
      impossible(claim, e);
      return;
    } catch (RuntimeException e) {
      log.error(
          "The message of job {} of project {} cannot be made now; it is tried again in {}",
          claim.id(),
          claim.projectId(),
          properties.lease(),
          e);
      claims.handBack(claim, properties.lease());
      return;
    }
    try {
      queues.send(addressed.queue(), QueueText.of(addressed.message()));
      queueOutage.good();
    } catch (Queues.RefusedException e) {
      queueOutage.good();
      refused(claim, e);
    } catch (Queues.UnreachableException e) {
      queueOutage.failed(e);
      claims.handBack(claim, Duration.ZERO);
    }
  }

  /**
   * A credential that does not open, or a task that nobody understands: that seldom mends itself.
   * It counts as an attempt, and the next one comes when the claim's lease is over.
   */
  private void impossible(Claim claim, Exception cause) {
    boolean last = isLast(claim);
    log.error(
        "The message of job {} of project {} cannot be made, attempt {}; {}",
        claim.id(),
        claim.projectId(),
        claim.attempt(),
        last ? "it is given up" : "it is tried again",
        cause);
    if (last) {
      ends.endUnsendable(
          claim.projectId(),
          claim.id(),
          "its message to the workers cannot be made, because a credential of the project does not"
              + " open or what it is to do cannot be read; the operator finds the job in the log");
    }
  }

  private boolean isLast(Claim claim) {
    return claim.attempt() > properties.maxAttempts();
  }

  /** No worker can be told to give the job up, so that it is given up here. */
  private void refused(Claim claim, Queues.RefusedException refusal) {
    boolean last = isLast(claim);
    log.error(
        "The message of job {} of project {} is refused, attempt {}; {}",
        claim.id(),
        claim.projectId(),
        claim.attempt(),
        last ? "it is given up" : "it is tried again",
        refusal);
    if (last) {
      ends.endUnsendable(
          claim.projectId(),
          claim.id(),
          "the queue of the workers refuses its message, which may be too long; ask for less at"
              + " once");
    } else {
      claims.refused(claim, REFUSED_PAUSE);
    }
  }

  private void probe() throws InterruptedException {
    try {
      String ignored = queues.probe(QueueNames.IMPORT_JOBS);
      queueOutage.good();
    } catch (Queues.UnreachableException e) {
      queueOutage.failed(e);
    }
  }

  private void run() {
    while (running) {
      try {
        int claimed = roundOrNone();
        if (claimed < BATCH) {
          bell.await(TICK);
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private int roundOrNone() throws InterruptedException {
    try {
      int claimed = round();
      databaseOutage.good();
      return claimed;
    } catch (RuntimeException e) {
      databaseOutage.failed(e);
      return 0;
    } catch (Error e) { // without this thread no job of anybody would be sent
      log.error("No jobs were sent in this round; trying again", e);
      return 0;
    }
  }

  @Override
  public void start() {
    if (properties.forgetLeasesOnStart()) {
      int forgotten = claims.forgetLeases();
      log.info("{} jobs that were under way are sent again", forgotten);
    }
    running = true;
    thread = Thread.ofPlatform().name("job-dispatcher").daemon().start(this::run);
  }

  @Override
  public void stop() {
    running = false;
    bell.ring();
    Thread dispatching = thread;
    if (dispatching == null) {
      return;
    }
    try {
      dispatching.join(STOP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    dispatching.interrupt();
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
