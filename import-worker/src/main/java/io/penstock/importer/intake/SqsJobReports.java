package io.penstock.importer.intake;

import io.penstock.model.QueueText;
import io.penstock.model.job.JobOutcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/** Reports over an SQS queue. Thread-safe. */
public final class SqsJobReports implements JobReports {
  private static final Logger LOG = LoggerFactory.getLogger(SqsJobReports.class);

  private final SqsAsyncClient sqs;
  private final SqsQueueAddress queue;

  public SqsJobReports(SqsAsyncClient sqs, String queueName) {
    this.sqs = sqs;
    this.queue = new SqsQueueAddress(sqs, queueName);
  }

  @Override
  public void started(JobOutcome start) {
    var _ =
        send(start)
            .whenComplete(
                (_, failure) -> {
                  if (failure != null) {
                    LOG.warn(
                        "The start of job {} is not reported: {}",
                        start.jobId(),
                        failure.toString());
                  }
                });
  }

  @Override
  public void ended(JobOutcome end) {
    try {
      send(end).join(); // bounded by the client's own time limits
    } catch (CompletionException e) {
      throw new IllegalStateException(
          "The end of job %d is not reported".formatted(end.jobId()), e);
    }
  }

  private CompletableFuture<SendMessageResponse> send(JobOutcome outcome) {
    String url = queue.url();
    String body = body(outcome);
    return sqs.sendMessage(request -> request.queueUrl(url).messageBody(body));
  }

  /** Of very many slices the digests stay in the ledger. */
  static String body(JobOutcome outcome) {
    String body = QueueText.pack(QueueText.of(outcome));
    return body.length() <= QueueText.LIMIT
        ? body
        : QueueText.pack(QueueText.of(outcome.withoutObjects()));
  }
}
