package io.penstock.importer.intake;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/** One received message and what can be done with it. Thread-safe. */
final class SqsDelivery {
  private static final Logger LOG = LoggerFactory.getLogger(SqsDelivery.class);

  private final SqsAsyncClient sqs;
  private final String queueUrl;
  private final Message message;

  SqsDelivery(SqsAsyncClient sqs, String queueUrl, Message message) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
    this.message = message;
  }

  String body() {
    return message.body();
  }

  /** How often it has been delivered, this time included. */
  int deliveries() {
    String count = message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT);
    return count == null ? 1 : Integer.parseInt(count);
  }

  /** Never delivered again, as far as the queue can promise. */
  void acknowledge() {
    sqs.deleteMessage(request -> request.queueUrl(queueUrl).receiptHandle(message.receiptHandle()))
        .join();
  }

  /**
   * Nobody else sees it for so long; a failure is logged only, as the ledger keeps workers apart.
   */
  void hideFor(Duration time) {
    var _ =
        sqs.changeMessageVisibility(
                request ->
                    request
                        .queueUrl(queueUrl)
                        .receiptHandle(message.receiptHandle())
                        .visibilityTimeout((int) time.toSeconds()))
            .whenComplete(
                (_, failure) -> {
                  if (failure != null) {
                    LOG.warn("The visibility of a message was not changed: {}", failure.toString());
                  }
                });
  }
}
