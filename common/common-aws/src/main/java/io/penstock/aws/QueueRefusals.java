package io.penstock.aws;

import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * Tells a message that a queue will never take from a queue that takes nothing now. A missing
 * queue, missing rights and a throttled caller are answered 4xx, too, and are the latter.
 */
public final class QueueRefusals {
  /** SQS calls a message that is too long the second, ElasticMQ the third. */
  private static final Set<String> OF_THE_MESSAGE =
      Set.of("InvalidMessageContents", "InvalidParameterValue", "InvalidAttributeValue");

  private static final String SUFFIX = "Exception";
  private static final int TOO_LARGE = 413;

  private QueueRefusals() {}

  /** Whether sending failed, at whatever depth of causes, for what the message is. */
  public static boolean isOfMessage(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AwsServiceException answer) {
        return answer.statusCode() == TOO_LARGE
            || (answer.awsErrorDetails() != null
                && OF_THE_MESSAGE.contains(named(answer.awsErrorDetails().errorCode())));
      }
    }
    return false;
  }

  /** Some protocols add to the code. */
  private static String named(String code) {
    String name = code.substring(code.lastIndexOf('.') + 1);
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }
}
