package io.penstock.importer.intake;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** A queue's URL, asked for when it is first needed. Thread-safe. */
final class SqsQueueAddress {
  private final SqsAsyncClient sqs;
  private final String name;
  private volatile @Nullable String url;

  SqsQueueAddress(SqsAsyncClient sqs, String name) {
    this.sqs = sqs;
    this.name = name;
  }

  String url() {
    String known = url;
    if (known == null) {
      known = sqs.getQueueUrl(request -> request.queueName(name)).join().queueUrl();
      url = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return name;
  }
}
