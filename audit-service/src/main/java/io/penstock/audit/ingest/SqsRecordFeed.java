package io.penstock.audit.ingest;

import io.awspring.cloud.sqs.listener.QueueNotFoundStrategy;
import io.awspring.cloud.sqs.listener.SqsMessageListenerContainer;
import io.awspring.cloud.sqs.listener.acknowledgement.handler.AcknowledgementMode;
import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.QueueText;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.RecordBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records from a queue, several messages at once, each acknowledged after its batch is kept and
 * confirmed. A message that fails comes again after the queue's visibility time-out, and ends in
 * the dead-letter queue.
 */
public final class SqsRecordFeed implements RecordFeed {
  private static final Logger LOG = LoggerFactory.getLogger(SqsRecordFeed.class);

  /** Decimals as they were written: what becomes of them, the codec of the trail decides. */
  private static final JsonMapper READER =
      Json.mapper().rebuild().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** Characters of all batches that are objects at once, which takes ten times the room. */
  private static final int MOST_TEXT = 8_000_000;

  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(10);

  private final SqsAsyncClient sqs;
  private final String queue;
  private final RecordIntake intake;
  private final int concurrentMessages;
  private final TextBudget budget = new TextBudget(MOST_TEXT);
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

  /** Texts of several records that wait for their turn are short of a megabyte each. */
  private void receive(String text) {
    budget.spend(text.length(), () -> keep(text));
  }

  private void keep(String text) {
    RecordBatch batch;
    try {
      batch = READER.readValue(text, RecordBatch.class);
    } catch (JacksonException e) {
      intake.receive(readable(text));
      throw e; // the others are kept, the message goes to the dead letters
    }
    intake.receive(batch);
  }

  /** What can be read of a batch as a whole that cannot. */
  static RecordBatch readable(String text) {
    List<AuditRecord> readable = new ArrayList<>();
    for (JsonNode record : READER.readTree(text).path("records")) {
      try {
        readable.add(READER.treeToValue(record, AuditRecord.class));
      } catch (JacksonException e) {
        LOG.error("Record {} cannot be read", record.path("id").asString("without an id"), e);
      }
    }
    return new RecordBatch(readable);
  }

  private SqsMessageListenerContainer<String> container() {
    return SqsMessageListenerContainer.<String>builder()
        .id("audit-records")
        .sqsAsyncClient(sqs)
        .queueNames(queue)
        .messageListener(message -> receive(QueueText.unpack(message.getPayload())))
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
