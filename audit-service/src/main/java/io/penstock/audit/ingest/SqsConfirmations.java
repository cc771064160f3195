package io.penstock.audit.ingest;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.QueueText;
import io.penstock.model.audit.RecordConfirmation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** Confirmations by a queue. Thread-safe. */
public final class SqsConfirmations implements Confirmations {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final SqsAsyncClient sqs;
  private final String queue;
  private volatile @Nullable String queueUrl;

  public SqsConfirmations(SqsAsyncClient sqs, String queue) {
    this.sqs = sqs;
    this.queue = queue;
  }

  @Override
  public void send(RecordConfirmation confirmation) {
    String body = QueueText.of(confirmation);
    String url = url();
    var _ = done(sqs.sendMessage(request -> request.queueUrl(url).messageBody(body)));
  }

  private String url() {
    String known = queueUrl;
    if (known == null) {
      known = done(sqs.getQueueUrl(request -> request.queueName(queue))).queueUrl();
      queueUrl = known;
    }
    return known;
  }

  private <T> T done(CompletableFuture<T> call) {
    try {
      return call.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new PlatformException(ErrorCode.UNAVAILABLE, "Queue " + queue + " is away", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlatformException(ErrorCode.UNAVAILABLE, "Interrupted", e);
    }
  }
}
