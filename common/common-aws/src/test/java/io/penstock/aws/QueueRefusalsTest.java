package io.penstock.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sqs.model.SqsException;

class QueueRefusalsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "InvalidMessageContents",
        "InvalidParameterValue",
        "InvalidParameterValueException",
        "com.amazonaws.sqs.InvalidAttributeValue"
      })
  void messageIsToBlame(String code) {
    assertThat(QueueRefusals.isOfMessage(new CompletionException(answer(400, code)))).isTrue();
    assertThat(QueueRefusals.isOfMessage(answer(413, "Any"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AWS.SimpleQueueService.NonExistentQueue",
        "QueueDoesNotExist",
        "AccessDeniedException",
        "RequestThrottled",
        "ExpiredToken",
        "InvalidAddress",
        "KmsDisabled"
      })
  void queueIsToBlame(String code) {
    assertThat(QueueRefusals.isOfMessage(new CompletionException(answer(400, code)))).isFalse();
  }

  @Test
  void noAnswerIsNoRefusal() {
    assertThat(QueueRefusals.isOfMessage(SdkClientException.create("no route"))).isFalse();
    assertThat(QueueRefusals.isOfMessage(SqsException.builder().statusCode(503).build())).isFalse();
  }

  private static Exception answer(int status, String code) {
    return SqsException.builder()
        .statusCode(status)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
        .build();
  }
}
