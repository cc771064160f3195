package io.penstock.storage.job;

import io.penstock.aws.QueueRefusals;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** Sends to SQS, with a limit to every wait. Thread-safe. */
@Component
public class Queues {
  private static final long LIMIT_SECONDS = 10;

  private final SqsAsyncClient sqs;
  private final Map<String, String> urls = new ConcurrentHashMap<>();

  Queues(SqsAsyncClient sqs) {
    this.sqs = sqs;
  }

  /** The queue did not take the message, or did not say so in time. */
  public static final class UnreachableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreachableException(String queue, Throwable cause) {
      super("No answer from the queue " + queue, cause);
    }
  }

  /** The queue is there, and will not take this message, whenever it is sent. */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String queue, Throwable cause) {
      super("The queue %s refuses the message".formatted(queue), cause);
    }
  }

  /**
   * Returns when the queue has taken the message.
   *
   * @param body without the characters that no queue takes, see {@link
   *     io.penstock.model.QueueText#of}
   */
  public void send(String queue, String body)
      throws UnreachableException, RefusedException, InterruptedException {
    String known = urls.get(queue);
    String url = known == null ? probe(queue) : known;
    try {
      answer(queue, sqs.sendMessage(request -> request.queueUrl(url).messageBody(body)));
    } catch (UnreachableException e) {
      if (QueueRefusals.isOfMessage(e)) {
        throw new RefusedException(queue, e);
      }
      urls.remove(queue); // it may have been made anew elsewhere
      throw e;
    }
  }

  /** Asks for the queue's address. */
  String probe(String queue) throws UnreachableException, InterruptedException {
    String url = answer(queue, sqs.getQueueUrl(request -> request.queueName(queue))).queueUrl();
    urls.put(queue, url);
    return url;
  }

  private static <T> T answer(String queue, CompletableFuture<T> call)
      throws UnreachableException, InterruptedException {
    try {
      return call.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new UnreachableException(queue, e);
    } finally {
      call.cancel(true);
    }
  }
}
