package io.penstock.importer.intake;

import io.penstock.model.ExceptionId;
import io.penstock.model.Json;
import io.penstock.model.job.JobMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import tools.jackson.core.JacksonException;

/**
 * Receives jobs: each slot is a virtual thread that takes one message only when it is free, so that
 * no message waits behind a long job. One timer extends the messages of running jobs and interrupts
 * a job whose time is over; an interrupt closes the connection that a virtual thread waits on.
 * Thread-safe.
 */
public final class SqsJobQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SqsJobQueue.class);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);
  private static final int LONG_POLL_SECONDS = 20;

  private final SqsAsyncClient sqs;
  private final SqsQueueAddress queue;
  private final JobHandler handler;
  private final SlotSettings settings;
  private final List<Thread> slots = new ArrayList<>();
  private final Map<Thread, CompletableFuture<?>> polls = new ConcurrentHashMap<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("job-heartbeat").factory());
  private volatile boolean receiving;

  public SqsJobQueue(
      SqsAsyncClient sqs, String queueName, JobHandler handler, SlotSettings settings) {
    this.sqs = sqs;
    this.queue = new SqsQueueAddress(sqs, queueName);
    this.handler = handler;
    this.settings = settings;
  }

  /** Begins to receive. Call once. */
  public void start() {
    for (int i = 1; i <= settings.slots(); i++) {
      slots.add(Thread.ofVirtual().name("job-slot-" + i).start(this::work));
    }
  }

  /** Whether the last poll reached the queue. */
  public boolean isReceiving() {
    return receiving;
  }

  /**
   * Takes no more messages, waits for running jobs as long as the settings say, then interrupts
   * them.
   */
  @Override
  public void close() {
    stopped.countDown();
    polls.values().forEach(poll -> poll.cancel(true));
    long deadline = System.nanoTime() + settings.stopGrace().toNanos();
    try {
      for (Thread slot : slots) {
        slot.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        slot.interrupt();
      }
      for (Thread slot : slots) {
        slot.join(Duration.ofSeconds(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    timer.shutdownNow();
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  private void work() {
    while (!isStopped()) {
      try {
        receive().ifPresent(this::handle);
      } catch (InterruptedException e) {
        if (isStopped()) {
          return;
        }
      } catch (ExecutionException | RuntimeException e) {
        if (!isStopped()) {
          receiving = false;
          LOG.warn("Queue {} cannot be reached: {}", queue, e.toString());
          pause();
        }
      } catch (Throwable e) {
        LOG.error("A slot of {} goes on after an error", queue, e);
        pause();
      }
    }
  }

  private Optional<SqsDelivery> receive() throws InterruptedException, ExecutionException {
    String url = queue.url();
    CompletableFuture<ReceiveMessageResponse> poll =
        sqs.receiveMessage(
            request ->
                request
                    .queueUrl(url)
                    .maxNumberOfMessages(1)
                    .waitTimeSeconds(LONG_POLL_SECONDS)
                    .visibilityTimeout((int) settings.visibility().toSeconds())
                    .messageSystemAttributeNames(
                        MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT));
    receiving = true;
    polls.put(Thread.currentThread(), poll);
    try {
      if (isStopped()) {
        poll.cancel(true);
      }
      List<Message> messages = poll.get().messages();
      return messages.stream().findFirst().map(message -> new SqsDelivery(sqs, url, message));
    } finally {
      polls.remove(Thread.currentThread());
    }
  }

  private void handle(SqsDelivery delivery) {
    JobMessage message;
    try {
      message = Json.read(delivery.body(), JobMessage.class);
    } catch (JacksonException e) {
      LOG.error("A message of {} is no job; it is left for the dead-letter queue", queue, e);
      return;
    }
    Thread slot = Thread.currentThread();
    long deadline = System.nanoTime() + settings.longestJob().toNanos();
    ScheduledFuture<?> heartbeat =
        timer.scheduleAtFixedRate(
            () -> beat(delivery, slot, deadline),
            settings.heartbeat().toMillis(),
            settings.heartbeat().toMillis(),
            TimeUnit.MILLISECONDS);
    MDC.put("job", Long.toString(message.jobId()));
    try {
      Handling handling = handled(message);
      heartbeat.cancel(false);
      settle(delivery, handling);
    } finally {
      heartbeat.cancel(false);
      MDC.remove("job");
      boolean _ = Thread.interrupted(); // a deadline that came too late is not the next job's
    }
  }

  /** Whatever a job does, memory that ran out included, harms no other job of the slot. */
  private Handling handled(JobMessage message) {
    try {
      return handler.handle(message);
    } catch (Throwable e) {
      String exceptionId = ExceptionId.next();
      LOG.error("Job {} failed in an unforeseen way ({})", message.jobId(), exceptionId, e);
      return new Handling.Failed(exceptionId);
    }
  }

  private void beat(SqsDelivery delivery, Thread slot, long deadline) {
    if (System.nanoTime() - deadline > 0) {
      slot.interrupt();
    } else {
      delivery.hideFor(settings.visibility());
    }
  }

  private void settle(SqsDelivery delivery, Handling handling) {
    switch (handling) {
      case Handling.Ended() -> delivery.acknowledge();
      case Handling.Busy(Duration pause) -> delivery.hideFor(growing(pause, delivery));
      case Handling.Failed _ -> delivery.hideFor(growing(settings.firstPause(), delivery));
    }
  }

  /**
   * Twice as long after every delivery, plus up to a quarter so that jobs do not return together.
   */
  private static Duration growing(Duration first, SqsDelivery delivery) {
    int doublings = Math.clamp(delivery.deliveries() - 1L, 0, 12);
    long millis = Math.min(first.toMillis() << doublings, LONGEST_PAUSE.toMillis());
    return Duration.ofMillis(millis + ThreadLocalRandom.current().nextLong(millis / 4 + 1));
  }

  private void pause() {
    try {
      boolean _ = stopped.await(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * How a queue is worked on.
   *
   * @param slots jobs at the same time
   * @param visibility how long a message stays ours without a heartbeat
   * @param heartbeat well below {@code visibility}
   * @param firstPause before a failed job's second delivery; it doubles each time
   * @param longestJob then the job is interrupted; below SQS's 12 hours
   * @param stopGrace how long a stopping worker lets jobs run on
   */
  public record SlotSettings(
      int slots,
      Duration visibility,
      Duration heartbeat,
      Duration firstPause,
      Duration longestJob,
      Duration stopGrace) {}
}
