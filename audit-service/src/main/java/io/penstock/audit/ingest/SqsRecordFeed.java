package io.penstock.audit.ingest;

import io.awspring.cloud.sqs.listener.QueueNotFoundStrategy;
import io.awspring.cloud.sqs.listener.SqsMessageListenerContainer;
import io.awspring.cloud.sqs.listener.acknowledgement.handler.AcknowledgementMode;
import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.QueueText;
import io.penstock.model.audit.RecordBatch;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records from a queue, several messages at once, each acknowledged after its batch is kept and
 * confirmed. A message that fails comes again after the queue's visibility time-out, and ends in
 * the dead-letter queue.
 */
public final class SqsRecordFeed implements RecordFeed {
  /** Decimals as they were written: what becomes of them, the codec of the trail decides. */
  private static final JsonMapper READER =
      Json.mapper().rebuild().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(10);

  private final SqsAsyncClient sqs;
  private final String queue;
  private final RecordIntake intake;
  private final int concurrentMessages;
  private @Nullable SqsMessageListenerContainer<String> container;

  public SqsRecordFeed(
      SqsAsyncClient sqs, String queue, RecordIntake intake, int concurrentMessages) {
    this.sqs = sqs;
    this.queue = queue;
    this.intake = intake;
    this.concurrentMessages = concurrentMessages;
  }

  @Override
  public synchronized void start() {
    if (container == null) {
      check(); // the container would start without its queue, and never say so
      SqsMessageListenerContainer<String> fresh = container();
      fresh.start();
      container = fresh;
    }
  }

  @Override
  public synchronized void stop() {
    SqsMessageListenerContainer<String> running = container;
    container = null;
    if (running != null) {
      running.stop();
    }
  }

  @Override
  public void check() {
    try {
      var _ =
          sqs.getQueueUrl(request -> request.queueName(queue))
              .get(CHECK_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new PlatformException(ErrorCode.UNAVAILABLE, "Queue " + queue + " is away", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlatformException(ErrorCode.UNAVAILABLE, "Interrupted", e);
    }
  }

  private SqsMessageListenerContainer<String> container() {
    return SqsMessageListenerContainer.<String>builder()
        .id("audit-records")
        .sqsAsyncClient(sqs)
        .queueNames(queue)
        .messageListener(
            message ->
                intake.receive(
                    READER.readValue(QueueText.unpack(message.getPayload()), RecordBatch.class)))
        .configure(
            options ->
                options
                    .maxConcurrentMessages(concurrentMessages)
                    .maxMessagesPerPoll(10)
                    .pollTimeout(Duration.ofSeconds(10))
                    .acknowledgementMode(AcknowledgementMode.ON_SUCCESS)
                    .listenerShutdownTimeout(Duration.ofSeconds(5))
                    .acknowledgementShutdownTimeout(Duration.ofSeconds(5))
                    .queueNotFoundStrategy(QueueNotFoundStrategy.FAIL))
        .build();
  }
}
